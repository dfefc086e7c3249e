"""People's addresses under /billing/."""

from django.urls import path

from subscriptions.billing import views

app_name = "billing"
urlpatterns = [
    path("checkout/<slug:lookup_key>/", views.checkout, name="checkout"),
    path("welcome/", views.welcome, name="welcome"),
    path("subscriptions/<str:stripe_id>/leave/", views.leave, name="leave"),
    path("subscriptions/<str:stripe_id>/stay/", views.take_back, name="take_back"),
    path("subscriptions/<str:stripe_id>/refresh/", views.refresh, name="refresh"),
    path("portal/", views.portal, name="portal"),
]
