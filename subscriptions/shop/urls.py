"""Addresses under /shop/."""

from django.urls import path

from subscriptions.shop import ahead_views, along_views, views

app_name = "shop"
urlpatterns = [
    path("", views.index, name="index"),
    path("mine/", views.mine, name="mine"),
    path("mine/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("thanks/", views.thanks, name="thanks"),
    path("along/<int:box>/add/", along_views.add, name="along_add"),
    path("along/<int:box>/remove/<int:pk>/", along_views.remove, name="along_remove"),
    path("<slug:slug>/", views.article, name="article"),
    path("<slug:slug>/buy/", views.buy, name="buy"),
    path("<slug:slug>/list/", views.wait, name="wait"),
    path("<slug:slug>/unlist/", views.unwait, name="unwait"),
    path("<slug:slug>/ahead/", ahead_views.order, name="ahead"),
]
