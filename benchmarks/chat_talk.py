"""The speaking side of the chat benchmark: prepares a database of its own, then says messages through the action.

python -m benchmarks.chat_talk FILE prepare SOCKETS
python -m benchmarks.chat_talk FILE say MESSAGES RATE calm|kill
"""

import json
import os
import sys
import time
import uuid
from pathlib import Path

import django

ACCOUNTS_SHARE = 8


def prepare(file: Path, sockets: int) -> None:
    """Tables, one room, and members with sessions: eight sockets each, below the limit of ten."""
    from django.core.management import call_command
    from django.test import Client

    from accounts.models import User
    from community.models import Group, Room

    call_command("migrate", verbosity=0)
    stamp = uuid.uuid4().hex[:8]
    group = Group.objects.create(slug=f"bench-{stamp}", name_zh="量", name_en="Bench")
    room = Room.objects.create(group=group, slug="room", name_zh="房", name_en="Room")
    cookies: list[str] = []
    for n in range(-(-sockets // ACCOUNTS_SHARE)):
        account = User.objects.create_user(f"bench-{stamp}-{n}@example.com", None, name=f"Guest {n}")
        browser = Client()
        browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        cookies += [f"sessionid={browser.cookies['sessionid'].value}"] * ACCOUNTS_SHARE
    speaker = User.objects.create_user(f"bench-{stamp}@example.com", None, name="Speaker")
    data = {
        "room": room.pk,
        "speaker": speaker.pk,
        "epoch": str(room.epoch),
        "head": room.last_seq,
        "cookies": cookies[:sockets],
    }
    file.write_text(json.dumps(data))


def say(file: Path, messages: int, rate: float, kill: bool) -> None:
    """Says messages of about two hundred bytes, evenly; with `kill` the bus is cut ten times meanwhile."""
    from accounts.models import User
    from community.actions import send_message

    talk = json.loads(file.read_text())
    speaker = User.objects.get(pk=talk["speaker"])
    start = time.monotonic()
    for n in range(messages):
        time.sleep(max(0.0, start + n / rate - time.monotonic()))
        if kill and n % max(1, messages // 10) == 3:
            _kill_bus()
        body = f"{n} {time.time():.6f} " + "雨过天青" * 12
        send_message(actor=speaker, room_id=talk["room"], cid=uuid.uuid4(), body=body)


def _kill_bus() -> None:
    import redis

    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    client.close()


if __name__ == "__main__":
    django.setup()
    path = Path(sys.argv[1])
    if sys.argv[2] == "prepare":
        prepare(path, int(sys.argv[3]))
    else:
        say(path, int(sys.argv[3]), float(sys.argv[4]), sys.argv[5] == "kill")
