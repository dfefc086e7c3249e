"""Where the socket lives."""

from django.urls import path

from community.chat.consumer import ChatConsumer

websocket_urlpatterns = [path("ws/chat/", ChatConsumer.as_asgi())]
