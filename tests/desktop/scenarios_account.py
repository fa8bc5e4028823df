"""A profile whose key belongs to another account than last time; names that no profile has."""

from desk import wait_until
from scenario import scenario
from standin import ALICE_KEY_ID, ALICE_SECRET, ACCOUNT

OTHER = "210987654321"
KEY_ID = "AKIAOTHERACCOUNTEXAM"
SECRET = "Qm9vay9vZi9zZWNyZXRzL25vdC9hbnkvb2YvdGhlbQ=="
DEVICE = f"arn:aws:iam::{OTHER}:mfa/bob"


def put_another_key(desk):
    """After a session of alice's, the file gets a key of bob, who is in another account."""
    desk.aws.set("users", {"name": "bob", "account": OTHER})
    desk.aws.set("keys", {"id": KEY_ID, "secret": SECRET, "user": "bob"})
    desk.aws.set("devices", {"serial": DEVICE, "user": "bob"})
    text = desk.write_base_credentials().decode()
    desk.awsmfa(desk.aws.code())
    text = text.replace(ALICE_KEY_ID, KEY_ID).replace(ALICE_SECRET, SECRET)
    desk.write_credentials(text.encode())
    return text.encode()


@scenario()
def asked_before_the_code(desk):
    before = put_another_key(desk)
    desk.start_applet()
    desk.wait_for_window()
    desk.wait_for_text(f"{OTHER}.*{ACCOUNT}")
    wait_until(lambda: desk.has_focus("button", "Cancel"), "the focus on Cancel")
    wait_until(lambda: desk.is_on_screen("button", "Cancel"), "the buttons on the screen")
    desk.key("Return")
    desk.wait_without_window()
    assert desk.credentials.read_bytes() == before
    assert len(desk.aws.requests("GetSessionToken")) == 1

    desk.activate("enter-code")
    desk.wait_for_window()
    desk.press("Use the new account")
    desk.wait_for_focus("text")
    desk.enter_code(desk.aws.ask(f"code?serial={DEVICE}")["code"])
    desk.wait_without_window()
    desk.wait_for_session()
    wait_until(lambda: desk.state()["account"] == OTHER, "the new account")


@scenario()
def names_that_cannot_be(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    for action in ("enter-code-for", "restore-for", "end-session-for", "later"):
        for name in ("", "DEFAULT", "a\nb", "[x]", " default"):
            desk.activate(action, name)
    desk.open_dialog()
    assert len(desk.windows("Enter MFA code")) == 1
