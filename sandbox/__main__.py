"""python -m sandbox: start the sandbox."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from sandbox.app import Sandbox
from sandbox.server import Server
from sandbox.world import Config


def options(argv: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A small Stripe for development and tests.")
    parser.add_argument("--port", type=int, default=12112, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--state", default="sandbox.sqlite3", metavar="PATH", help="where the state is kept")
    parser.add_argument("--public-url", default="", help="how a browser reaches the sandbox's pages")
    parser.add_argument("--webhook-url", default="", help="where events are sent")
    parser.add_argument("--webhook-secret", default="whsec_sandbox")
    parser.add_argument("--key", default="sk_test_sandbox", help="the one API key that is taken")
    parser.add_argument("--product-url", default="", help="the product's address, for links back to it")
    parser.add_argument("--verbose", action="store_true", help="a line for each request")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    given = options(argv)
    logging.basicConfig(level=logging.DEBUG if given.verbose else logging.INFO, format="sandbox: %(message)s")
    Path(given.state).resolve().parent.mkdir(parents=True, exist_ok=True)
    holder: list[Sandbox] = []
    server = Server(given.port, lambda environ, start: holder[0](environ, start))
    base = (given.public_url or f"http://localhost:{server.server_port}").rstrip("/")
    holder.append(
        Sandbox(
            Config(given.state, base, given.webhook_url, given.webhook_secret, given.key, given.product_url.rstrip("/"))
        )
    )

    def end(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    holder[0].start()
    print(f"Sandbox listens on {base} (API key {given.key}); events go to {given.webhook_url or 'nobody'}", flush=True)
    server.serve_forever(poll_interval=0.2)
    holder[0].stop()
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
