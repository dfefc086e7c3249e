"""The chat's application in a process of its own, which stops dead (SIGKILL) where it is told to.

Run as `python -m tests.faults.chat_server`; MORTAL in the environment names the function (`module.function`), whether to die
before or after it, and at which call: `community.door.announce after 3`. It prints its port once it listens.
"""

import asyncio
import os
import socket

import django
import uvicorn


def main() -> None:
    """Serve until killed."""
    django.setup()
    from community.chat.asgi import websocket_application

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)  # who comes before it serves waits a moment
    config = uvicorn.Config(websocket_application(), lifespan="off", log_level="error", ws_per_message_deflate=False)
    if os.environ.get("MORTAL"):
        from tests.faults.mortal import _arm

        place, when, count = os.environ["MORTAL"].split()
        _arm(place, when, "", int(count))
    print(listening.getsockname()[1], flush=True)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))


if __name__ == "__main__":
    main()
