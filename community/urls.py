"""Addresses of groups and rooms."""

from django.urls import path, register_converter

from community import comment_views, group_views, message_views, talk_views, views
from community.moderation import care
from community.moderation import views as moderation
from community.refs import RefConverter

register_converter(RefConverter, "ref")

app_name = "community"
urlpatterns = [
    path("", views.groups, name="groups"),
    path("under/<str:subject>/", comment_views.under, name="comments"),
    path("said/", group_views.search_said, name="said"),
    path("invited/<str:token>/", group_views.invited, name="invited"),
    path("<slug:group>/", views.group, name="group"),
    path("<slug:group>/join/", views.join, name="join"),
    path("<slug:group>/leave/", views.leave, name="leave"),
    path("<slug:group>/level/", group_views.level, name="level"),
    path("<slug:group>/people/", group_views.people, name="people"),
    path("<slug:group>/rules/", group_views.rules, name="rules"),
    path("<slug:group>/health/", group_views.how, name="health"),
    path("<slug:group>/log/", moderation.log, name="log"),
    path("<slug:group>/care/", care.page, name="care"),
    path("<slug:group>/<slug:room>/m/<ref:ref>/block", message_views.block, name="block"),
    path("<slug:group>/<slug:room>/", talk_views.room, name="room"),
    path("<slug:group>/<slug:room>/t/<int:no>/", talk_views.thread, name="thread"),
    path("<slug:group>/<slug:room>/messages", talk_views.messages, name="messages"),
    path("<slug:group>/<slug:room>/events", talk_views.events, name="events"),
    path("<slug:group>/<slug:room>/m/<ref:ref>/", message_views.message, name="message"),
    path("<slug:group>/<slug:room>/m/<ref:ref>/source", message_views.source, name="source"),
    path("<slug:group>/<slug:room>/m/<ref:ref>/report", message_views.report, name="report"),
    path("<slug:group>/<slug:room>/m/<ref:ref>/hide", message_views.hide, name="hide"),
    path("<slug:group>/<slug:room>/m/<ref:ref>/decide/", moderation.impose, name="impose"),
]
