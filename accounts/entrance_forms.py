"""allauth's forms with our words."""

from typing import Any

from allauth.account.forms import SignupForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm, SignupWebAuthnForm
from django.utils.translation import gettext_lazy as _

ITS_NAME = _("Its name")
NUMBER = _("The number")


class Signup(SignupForm):
    """Sign-up; the password may stay empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields.get("password1")
        if password:
            password.label = _("Password, if you like one")
            password.help_text = _("Nine signs or more. Left empty, a letter lets you in each time.")


class AddPasskey(AddWebAuthnForm):
    """A passkey for an account that is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = ITS_NAME
        self.fields["passwordless"].label = _("It lets me in by itself")
        self.fields["passwordless"].help_text = _(
            "Without this it is only a second lock, after a password or a letter."
        )
        self.fields["passwordless"].initial = True


class SignupPasskey(SignupWebAuthnForm):
    """A passkey for a new account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = ITS_NAME


class RenamePasskey(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = ITS_NAME


class ActivateApp(ActivateTOTPForm):
    """The first number that the app shows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = NUMBER


class AppNumber(AuthenticateForm):
    """The app's number or a recovery code, at the entrance."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = NUMBER


class AppNumberAgain(ReauthenticateForm):
    """The same once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = NUMBER
