#!/usr/bin/python3
"""The whole journey through the real widgets, told step by step, with screenshots.

usage: journey.py FOLDER      AMFA_APPLET and AMFA_CLI name the programs
"""

import pathlib
import sys
import time
import traceback

from desk import Desk, run, wait_until
from session import SCREEN
from standin import ALICE_ARN, ALICE_KEY_ID


class Journey:
    def __init__(self, desk, folder):
        self.desk = desk
        self.folder = folder
        self.pictures = []
        self.begun = time.monotonic()

    def tell(self, text):
        print(f"  {time.monotonic() - self.begun:5.1f} s  {text}", flush=True)

    def picture(self, name):
        path = self.folder / f"{len(self.pictures) + 1}-{name}.png"
        self.desk.screenshot(path)
        self.pictures.append(path)

    def code(self):
        """What the device shows; one that was used already has to be waited out, as in life."""
        aws = self.desk.aws
        if not aws.has_code():
            self.tell("the device's next code is waited for")
            wait_until(aws.has_code, "the next code", timeout=40)
        return aws.code()

    def first_code(self):
        desk = self.desk
        self.before = desk.write_base_credentials()
        self.tell(f"~/.aws/credentials holds the long-term key {ALICE_KEY_ID}; the applet starts")
        desk.start_applet()
        desk.wait_for_window()
        desk.wait_for_text(ALICE_KEY_ID)
        desk.see("text", "MFA code")
        self.picture("dialog")
        wrong = desk.aws.wrong_code()
        self.tell(f"a wrong code is typed: {wrong}")
        desk.enter_code(wrong)
        desk.wait_for_text("AWS refused that code")
        self.picture("wrong-code")
        assert desk.credentials.read_bytes() == self.before
        code = self.code()
        self.tell(f"refused, nothing has changed; now the right one: {code}")
        said = len(desk.notices)
        desk.enter_code(code)
        desk.wait_without_window()
        session = desk.wait_for_session()
        desk.wait_for_icon("active")
        notice = desk.wait_for_notice(".", after=said)
        desk.see(None, notice["summary"], "xfce4-notifyd")
        self.picture("active")
        self.tell(f"session {session['aws_access_key_id']} until {session['expiration']}")
        assert desk.aws_identity() == ALICE_ARN
        self.tell(f"boto3 reads the file and is {ALICE_ARN}")

    def menu(self):
        self.desk.open_menu()
        # Drawn after it is mapped: nothing on the bus tells when.
        time.sleep(0.3)
        self.picture("menu")
        self.tell("right click: " + " · ".join(self.desk.menu_labels()))
        self.desk.close_menu()

    def warning(self):
        desk = self.desk
        desk.aws.set("durations", [16])
        self.tell("left click and a code; AWS grants sixteen seconds only")
        said = len(desk.notices)
        desk.log_in()
        desk.wait_for_state("expiring")
        notice = desk.wait_for_notice("(?i)session ends", after=said)
        desk.see("button", "Enter code", "xfce4-notifyd")
        self.picture("warning")
        self.tell(f"notification: {notice['summary']}")
        desk.press_in_notification("Enter code")
        desk.enter_code(self.code())
        desk.wait_without_window()
        desk.wait_for_state("active")
        self.tell("the next code is entered from the notification")

    def restore(self):
        desk = self.desk
        desk.choose("Restore original credentials")
        wait_until(lambda: desk.credentials.read_bytes() == self.before, "the file as it was")
        desk.wait_for_icon("none")
        self.picture("restored")
        assert desk.aws_identity() == ALICE_ARN
        assert desk.aws.requests("GetCallerIdentity")[-1]["key_id"] == ALICE_KEY_ID
        self.tell("restored: the file is what it was, byte for byte")
        desk.quit_applet()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    desk = Desk()
    journey = Journey(desk, folder)
    try:
        desk.start()
        # For the eye alone; it reports a failure after having painted.
        sky = ["-size", "%dx%d" % SCREEN, "gradient:#6a89a7-#2f4558"]
        run("display", "-window", "root", *sky, check=False)
        desk.set_preferences(warnings="[6]")
        for step in (journey.first_code, journey.menu, journey.warning, journey.restore):
            step()
        print("The whole journey went well. Screenshots:")
        return 0
    except Exception:
        traceback.print_exc()
        for applet in desk.started:
            print(applet.log.read_text(errors="replace"), file=sys.stderr)
        print("The journey stopped here. Screenshots:")
        try:
            journey.picture("stopped")
        except Exception as problem:
            print(f"(no picture of the end: {problem})")
        return 1
    finally:
        for path in journey.pictures:
            print(f"  {path}")
        desk.stop()


if __name__ == "__main__":
    sys.exit(main())
