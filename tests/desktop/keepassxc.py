"""KeePassXC as the Secret Service of a private desktop: a new database, whose root group it shows to
other programs."""

import base64
import subprocess
import uuid

PASSWORD = "test"
GROUP = uuid.UUID("6b1d2f4e-8a3c-4d5e-9f60-718293a4b5c6")
DATABASE = """<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile>
<Meta><DatabaseName>Secrets</DatabaseName><RecycleBinEnabled>False</RecycleBinEnabled>
<CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{{{group}}}</Value></Item></CustomData>
</Meta>
<Root><Group><UUID>{encoded}</UUID><Name>Root</Name></Group></Root>
</KeePassFile>
"""
SETTINGS = """[General]
ConfigVersion=2
UpdateCheckMessageShown=true
AutoSaveAfterEveryChange=true
RememberLastDatabases=true
OpenPreviousDatabasesOnStartup=true
LastOpenedDatabases={database}
LastActiveDatabase={database}
LastDatabases={database}
[GUI]
CheckForUpdates=false
[FdoSecrets]
Enabled=true
ConfirmAccessItem=false
ConfirmDeleteItem=false
"""


class KeePassXC:
    def __init__(self, session):
        self.session = session
        self.database = session.home / "secrets.kdbx"
        self._make_database()
        settings = session.home / ".config" / "keepassxc" / "keepassxc.ini"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(SETTINGS.format(database=self.database))

    def _make_database(self):
        text = self.session.home / "secrets.xml"
        text.write_text(
            DATABASE.format(group=GROUP, encoded=base64.b64encode(GROUP.bytes).decode())
        )
        subprocess.run(
            ["keepassxc-cli", "import", "--set-password", text, self.database],
            input=f"{PASSWORD}\n{PASSWORD}\n", text=True, capture_output=True, check=True,
        )

    def start(self, locked=False):
        password = [] if locked else ["--pw-stdin"]
        self.session.spawn(
            "keepassxc", ["keepassxc", *password, self.database],
            stdin=b"" if locked else PASSWORD.encode(),
        )
        self.session.wait_for_name("org.freedesktop.secrets")

    def stop(self):
        self.session.end("keepassxc")
        self.session.wait_without_name("org.freedesktop.secrets")
