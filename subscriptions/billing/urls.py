"""People's addresses under /billing/."""

from django.urls import path

from subscriptions.billing import code_views, views
from subscriptions.billing import member_views as member

app_name = "billing"
urlpatterns = [
    path("", member.manage, name="manage"),
    path("invoices/", member.invoices, name="invoices"),
    path("invoices/<str:stripe_id>/pay/", member.pay, name="pay"),
    path("card/", member.card, name="card"),
    path("group/", member.group, name="group"),
    path("code/", code_views.code, name="code"),
    path("offers/<slug:code>/", member.deal, name="deal"),
    path("checkout/<slug:lookup_key>/", views.checkout, name="checkout"),
    path("welcome/", views.welcome, name="welcome"),
    path("subscriptions/<str:stripe_id>/change/", member.choose, name="choose"),
    path("subscriptions/<str:stripe_id>/change/<slug:lookup_key>/", member.change, name="change"),
    path("subscriptions/<str:stripe_id>/keep/", member.keep, name="keep"),
    path("subscriptions/<str:stripe_id>/pause/", member.pause, name="pause"),
    path("subscriptions/<str:stripe_id>/resume/", member.resume, name="resume"),
    path("subscriptions/<str:stripe_id>/leave/", member.leave, name="leave"),
    path("subscriptions/<str:stripe_id>/accept/<slug:code>/", member.stay, name="accept"),
    path("subscriptions/<str:stripe_id>/stay/", views.take_back, name="take_back"),
    path("subscriptions/<str:stripe_id>/refresh/", views.refresh, name="refresh"),
    path("portal/", views.portal, name="portal"),
]
