"""Frames that write, turned into actions. Runs in a pool thread; the account and its rights are read afresh."""

from accounts.models import User
from community import actions
from community.actions.send import Held
from community.actions.writing import Sent
from community.chat import protocol
from community.chat.data import moment
from community.chat.protocol import Code, Delete, Edit, Pin, React, Read, Send
from community.flood import keep_calm
from community.refusals import Refused

Write = Send | Edit | Delete | React | Pin


def write(account_id: int, frame: Write) -> str:
    """Do what the frame says; the ack, after commit. Raises Refused."""
    account = _account(account_id)
    if isinstance(frame, Send | Edit | React):
        keep_calm(account)
    sent = _act(account, frame)
    if isinstance(sent, Held):
        return protocol.held(frame.id, sent.room_id)
    message = sent.message
    return protocol.ok(
        frame.id, message.room_id, sent.seq, no=message.no, mid=message.pk, at=moment(message.created_at), dup=sent.dup,
        unseen=sent.unseen,
    )  # fmt: skip


def read(account_id: int, frame: Read) -> int:
    """Move the read pointer; answers where it stands."""
    return actions.mark_read(actor=_account(account_id), room_id=frame.r, no=frame.no)


def _account(account_id: int) -> User:
    account = User.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise Refused(Code.SIGN_IN)
    return account


def _act(actor: User, frame: Write) -> Sent | Held:
    match frame:
        case Send():
            return actions.send_message(
                actor=actor, room_id=frame.r, cid=frame.cid, body=frame.body, reply_to=frame.reply,
                thread=frame.thread, att=frame.att,
            )  # fmt: skip
        case Edit():
            return actions.edit_message(actor=actor, message_id=frame.mid, cid=frame.cid, body=frame.body)
        case Delete():
            return actions.delete_message(actor=actor, message_id=frame.mid)
        case React():
            return actions.react(actor=actor, message_id=frame.mid, stamp=frame.stamp, on=frame.on)
        case Pin():
            return actions.pin_message(actor=actor, message_id=frame.mid, on=frame.on)
