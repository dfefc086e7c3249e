"""Live chat: protocol, hub, buses and the socket consumer."""
