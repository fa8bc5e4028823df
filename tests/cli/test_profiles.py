#!/usr/bin/python3
"""The names of the profiles, which the shells' completions ask for."""

import harness


class Names(harness.CliTest):
    def names(self, status=0):
        done = self.run_cli("__profiles", status=status)
        self.assertEqual(done.stderr, "")
        return done.stdout.splitlines()

    def test_both_files_in_their_order(self):
        self.write_credentials("[default]\n[keys only]\n[both]\n")
        self.write(self.config, '[profile both]\n[profile "with blanks"]\n[sso-session no]\n')
        self.assertEqual(self.names(), ["default", "keys only", "both", "with blanks"])

    def test_no_files(self):
        self.assertEqual(self.names(), [])

    def test_a_file_that_cannot_be_read_hides_only_itself(self):
        self.write_credentials("[default]\n[default]\n")
        self.write(self.config, "[profile work]\n")
        self.assertEqual(self.names(), ["work"])
        self.write_credentials("[default]\n")
        self.write(self.config, "[profile work\n")
        self.assertEqual(self.names(), ["default"])

    def test_nothing_that_a_terminal_obeys(self):
        self.write_credentials("[good]\n[bad\x1b[31m]\n[tab\tbed]\n[bell\x07]\n")
        self.assertEqual(self.names(), ["good"])

    def test_nothing_is_asked_or_opened(self):
        self.without_keyring()
        self.write_credentials()
        self.assertEqual(self.names(), ["default"])
        self.assertEqual(self.aws.requests(), [])
        self.assertFalse(self.state.exists())

    def test_not_for_people(self):
        self.assertNotIn("__profiles", self.run_cli("--help").stdout)
        self.assertNotIn("__profiles", self.run_cli("__profile", status=2).stderr.partition("Use")[2])


harness.main()
