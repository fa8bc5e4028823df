"""A package manager puts another version in the running program's place."""

import os
import pathlib
import shutil

from desk import wait_until
from scenario import scenario

UPDATED = "AWS MFA was updated"


def install(desk):
    """A copy of the program, beside what it finds in a build folder."""
    top = desk.home / "build"
    folder = top / "src/applet"
    folder.mkdir(parents=True)
    for name in ("amfa-config.h", "data", "po"):
        (top / name).symlink_to(pathlib.Path(os.environ["MESON_BUILD_ROOT"]) / name)
    copy = folder / desk.applet.name
    shutil.copy(desk.applet, copy)
    return copy


@scenario()
def another_version(desk):
    desk.write_base_credentials()
    original = desk.applet
    desk.applet = install(desk)
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")

    def put_another():
        new = desk.applet.with_suffix(".new")
        shutil.copy(original, new)
        os.rename(new, desk.applet)

    def said():
        return [n for n in desk.notices if UPDATED in n.get("summary", "")]

    # What is no other program says nothing.
    desk.applet.chmod(0o700)
    desk.log_in()
    desk.wait_for_notice("AWS session until")
    desk.applet.unlink()
    desk.activate("end-session")
    desk.wait_for_notice("AWS session ended")
    assert not said(), desk.notices

    put_another()
    desk.wait_for_notice(f"{UPDATED}\n.*start it again")
    put_another()
    desk.log_in()
    wait_until(lambda: desk.state()["state"] == "active", "a session")
    desk.activate("end-session")
    desk.wait_for_state("none")
    assert len(said()) == 1, desk.notices

    # It goes on as it is until it is told to quit; then the other one comes.
    desk.quit_applet()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    assert len(said()) == 1, desk.notices
