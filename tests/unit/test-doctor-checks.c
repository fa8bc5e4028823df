#include "core/model/error.h"
#include "core/model/foreign-layout.h"
#include "core/operations/doctor-checks.h"

/* The checks one by one; what they say of real files: tests/integration/doctor. */

#define NOW 1000000
#define KEYS "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret/key\n"
#define SESSION "aws_access_key_id = ASIAOURS\naws_secret_access_key = s\naws_session_token = u\n"

static AmfaIniDocument *
parse (const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *document = amfa_ini_document_parse (secret, &error);

  g_assert_no_error (error);
  return document;
}

/* "ID ID:LINE …" */
static char *
summarize (GPtrArray *findings)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < findings->len; i++)
    {
      const AmfaFinding *finding = g_ptr_array_index (findings, i);

      g_string_append_printf (text, "%s%s", i ? " " : "", amfa_finding_get_id (finding));
      if (finding->line > 0)
        g_string_append_printf (text, ":%u", finding->line);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static AmfaEnvironment environment = {
  .credentials_path = (char *) "/credentials",
  .config_path = (char *) "/config",
};

static void
test_environment (void)
{
  static const struct
  {
    const char *variables, *profile, *elsewhere, *findings;
  } rows[] = {
    { "", "default", NULL, "" },
    { "", "default", "work", "" },
    { "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=x", "default", NULL,
      "environment-keys" },
    { "AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY=x", "default", NULL, "environment-leftovers" },
    { "AWS_ACCESS_KEY=x AWS_SECRET_KEY=x", "default", NULL, "environment-leftovers" },
    { "AWS_ACCESS_KEY_ID=x", "default", NULL, "environment-keys-partial" },
    { "AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y AWS_CREDENTIAL_EXPIRATION=1970-01-12T13:46:40Z",
      "default", NULL, "environment-session-ended" },
    { "AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y AWS_CREDENTIAL_EXPIRATION=1970-01-12T13:46:41Z",
      "default", NULL, "environment-session" },
    { "AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y AWS_CREDENTIAL_EXPIRATION=soon", "default", NULL,
      "environment-keys" },
    { "AWS_PROFILE=work", "work", NULL, "" },
    { "AWS_PROFILE=work", "work", "default", "environment-profile" },
    { "AWS_PROFILE=work", "default", NULL, "environment-profile" },
    { "AWS_DEFAULT_PROFILE=work", "default", NULL, "environment-profile" },
    { "AWS_PROFILE=a AWS_DEFAULT_PROFILE=a", "a", NULL, "" },
    { "AWS_PROFILE=a AWS_DEFAULT_PROFILE=b", "a", NULL, "environment-profiles-differ" },
    { "AWS_PROFILE= AWS_DEFAULT_PROFILE=", "default", NULL,
      "environment-profile-empty environment-profile-empty" },
    { "AWS_REGION=a AWS_DEFAULT_REGION=a", "default", NULL, "" },
    { "AWS_REGION=a AWS_DEFAULT_REGION=b", "default", NULL, "environment-regions-differ" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) envp = g_strsplit (rows[i].variables, " ", -1);
      g_autoptr (AmfaVariables) variables = amfa_variables_new ((const char *const *) envp);
      g_autoptr (GPtrArray) findings = amfa_findings_new ();
      const AmfaCase facts = {
        .profile = rows[i].profile,
        .environment = &environment,
        .variables = variables,
        .session_elsewhere = rows[i].elsewhere,
        .now = NOW,
        .findings = findings,
      };
      g_autofree char *found = NULL;

      amfa_doctor_check_environment (&facts);
      found = summarize (findings);
      g_assert_cmpstr (found, ==, rows[i].findings);
    }
}

static void
test_section (void)
{
  static const struct
  {
    const char *text;
    gint64 clock_offset;
    AmfaLook look;
    const char *findings;
  } rows[] = {
    { "[default]\n" KEYS, 0, AMFA_LOOK_NOT_STORED, "long-term-keys-plain:2" },
    { "[default]\n" KEYS, 0, AMFA_LOOK_STORED, "long-term-keys-plain:2 key-differs:2" },
    { "[default]\n" SESSION "expiration = 1970-01-12T13:46:41Z\n", 0, AMFA_LOOK_STORED,
      "session:2" },
    /* our clock is behind: by AWS's the session is over */
    { "[default]\n" SESSION "expiration = 1970-01-12T13:46:41Z\n", 60, AMFA_LOOK_STORED,
      "session-ended:2" },
    { "[default]\n" SESSION "expiration = 1970-01-12T13:46:40Z\n", 0, AMFA_LOOK_STORED,
      "session-ended:2" },
    { "[default]\n" SESSION "expiration = 1970-01-12T13:46:40Z\n", -60, AMFA_LOOK_STORED,
      "session:2" },
    { "[default]\n" SESSION, 0, AMFA_LOOK_NOT_STORED, "session:2 base-lost:2" },
    { "[default]\n" SESSION, 0, AMFA_LOOK_LOCKED, "session:2" },
    { "[default]\n" KEYS "expiration = 1970-01-01T00:00:01Z\n", 0, AMFA_LOOK_NOT_STORED,
      "session-leftovers:4" },
    { "[default]\n" KEYS "aws_session_token = t\n", 0, AMFA_LOOK_NOT_STORED, "stale-token:4" },
    { "[DEFAULT]\naws_session_token = t\n[default]\n" KEYS, 0, AMFA_LOOK_NOT_STORED,
      "stale-token:2" },
    { "[default]\n" SESSION "aws_security_token = other\n", 0, AMFA_LOOK_STORED,
      "security-token:5 session:2" },
    { "[default]\n" SESSION "aws_security_token = u\n", 0, AMFA_LOOK_STORED, "session:2" },
    { "[DEFAULT]\naws_security_token = x\n", 0, AMFA_LOOK_STORED,
      "security-token-inherited:2 no-session" },
    { "[default]\naws_access_key_id = x\n", 0, AMFA_LOOK_STORED, "keys-partial:2" },
    { "[default]\naws_access_key_id = x\naws_secret_access_key =\n", 0, AMFA_LOOK_STORED,
      "keys-partial:2" },
    { "[default]\naws_secret_access_key = x\n", 0, AMFA_LOOK_STORED, "no-session" },
    { "[default]\naws_access_key_id = a/b\naws_secret_access_key = x\n", 0, AMFA_LOOK_STORED,
      "key-id-malformed:2" },
    { "[default]\naws_access_key_id = x\naws_secret_access_key = y # mine\n", 0, AMFA_LOOK_STORED,
      "value-malformed:3" },
    { "", 0, AMFA_LOOK_STORED, "no-session" },
    { "", 0, AMFA_LOOK_NOT_STORED, "no-keys" },
    { "", 0, AMFA_LOOK_LOCKED, "" },
    { "", 0, AMFA_LOOK_ABSENT, "" },
  };
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("s", -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new ("u", -1);
  g_autoptr (AmfaCredentials) ours = amfa_credentials_new ("ASIAOURS", secret, token, 1);
  g_auto (GStrv) marks = amfa_marks_add_session (NULL, ours);
  g_autoptr (AmfaRecords) records = amfa_records_new ((const char *const *) marks, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) document = parse (rows[i].text);
      g_autoptr (AmfaIniDocument) config = parse ("");
      g_autoptr (AmfaSection) section = amfa_section_classify (document, "default", records);
      g_autoptr (GPtrArray) findings = amfa_findings_new ();
      const AmfaProfileState state = {
        .clock_offset = rows[i].clock_offset,
        .base_key_id = (char *) "AKIAOTHER",
      };
      const AmfaCase facts = {
        .profile = "default",
        .environment = &environment,
        .credentials = document,
        .config = config,
        .section = section,
        .state = &state,
        .base_look = rows[i].look,
        .now = NOW,
        .findings = findings,
      };
      g_autofree char *found = NULL;

      amfa_doctor_check_section (&facts);
      amfa_doctor_check_keys (&facts, FALSE);
      found = summarize (findings);
      g_assert_cmpstr (found, ==, rows[i].findings);
    }
}

static void
test_config (void)
{
  static const struct
  {
    const char *credentials, *config, *findings;
  } rows[] = {
    { "", "", "" },
    { "", "[default]\nrole_arn = x\n", "profile-role:2" },
    /* the role of a web identity is not a role of its own */
    { "", "[default]\nrole_arn = x\nweb_identity_token_file = /t\n", "profile-web-identity:3" },
    { "", "[default]\nrole_arn = x\nsource_profile = default\n", "profile-role-over-session:2" },
    { "", "[default]\nrole_arn = x\nsource_profile = y\n", "profile-role-alone:2" },
    { "[default]\naws_access_key_id = AKIAX\n", "[default]\nrole_arn = x\nsource_profile = y\n",
      "profile-role:2" },
    { "[default]\nrole_arn = x\n", "", "profile-role:2" },
    { "", "[profile default]\nrole_arn = x\n", "profile-role:2" },
    { "", "[profile other]\nrole_arn = x\n", "" },
    { "", "[default]\nsso_session = x\n", "" },
    { "", "[default]\nsso_role_name = x\n", "profile-sso:2" },
    { "", "[default]\ncredential_process = x\n", "process:2" },
    { "[default]\n" KEYS, "[default]\ncredential_process = awsmfa credential-process\n",
      "process-shadowed:2" },
    { "[default]\n" KEYS, "[default]\ncredential_process = 'x\n", "foreign-process-shadowed:2" },
    { "", "[default]\ncredential_process = x\n" KEYS, "process-wins:2 config-keys-plain:4" },
    { "[profile default]\n", "", "credentials-section-ignored:1" },
    { "", "[default]\nduration_seconds = 900\n", "" },
    { "", "[default]\nduration_seconds = 129600\n", "" },
    { "", "[default]\nduration_seconds = 899\n", "duration-ignored:2" },
    { "", "[default]\nduration_seconds = 12x\n", "duration-ignored:2" },
    { "", "[default]\nduration_seconds = 315360000\n", "duration-ignored:2" },
    { "", "[default]\nrole_arn = x\nsource_profile = default\nduration_seconds = 899\n",
      "profile-role-over-session:2" },
    { "[default]\nduration_seconds = -1\n", "", "duration-ignored:2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) document = parse (rows[i].credentials);
      g_autoptr (AmfaIniDocument) config = parse (rows[i].config);
      g_autofree char *config_section = amfa_profile_config_section (config, "default");
      g_autoptr (AmfaSection) section = amfa_section_classify (document, "default", NULL);
      g_autoptr (GPtrArray) findings = amfa_findings_new ();
      const AmfaCase facts = {
        .profile = "default",
        .environment = &environment,
        .credentials = document,
        .config = config,
        .config_section = config_section,
        .section = section,
        .findings = findings,
      };
      g_autofree char *found = NULL;

      amfa_doctor_check_config (&facts);
      found = summarize (findings);
      g_assert_cmpstr (found, ==, rows[i].findings);
    }
}

static void
test_files (void)
{
#define THERE(links, whose, who)                                                                   \
  .exists = TRUE, .is_regular = TRUE, .can_read = TRUE, .n_links = links, .owner = whose,          \
  .user = who
#define FOLDER .folder_exists = TRUE, .folder_can_write = TRUE
  static const struct
  {
    AmfaFileFacts facts;
    const char *findings;
  } rows[] = {
    { { FOLDER }, "" },
    { { 0 }, "" },
    { { THERE (1, 7, 7), FOLDER, .mode = 0600, .folder_mode = 0755 }, "file" },
    { { THERE (1, 7, 7), FOLDER, .mode = 0400 }, "file" },
    { { THERE (1, 7, 7), FOLDER, .mode = 0640 }, "file-mode" },
    { { THERE (1, 7, 7), FOLDER, .mode = 0602 }, "file-mode" },
    { { THERE (1, 7, 7), FOLDER, .mode = 0600, .folder_mode = 0775 }, "folder-mode" },
    { { THERE (1, 7, 7), FOLDER, .mode = 0600, .folder_mode = 01777 }, "file" },
    { { THERE (2, 7, 7), FOLDER, .mode = 0600 }, "file-hard-link" },
    { { THERE (1, 8, 7), FOLDER, .mode = 0600 }, "file-owner" },
    { { THERE (1, 8, 0), FOLDER, .mode = 0600 }, "file" },
    { { THERE (1, 7, 7), FOLDER, .mode = 0600, .is_immutable = TRUE }, "file-immutable" },
    { { THERE (1, 7, 7), FOLDER, .mode = 0600, .is_mount_point = TRUE }, "file-mount-point" },
    { { THERE (1, 7, 7), FOLDER, .mode = 0600, .is_link = TRUE }, "file-link" },
    { { THERE (1, 7, 7), .folder_exists = TRUE, .mode = 0600 }, "folder-read-only" },
    { { FOLDER, .leftover = (char *) "/x" }, "file-leftover" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) document = parse ("");
      g_autoptr (GPtrArray) findings = amfa_findings_new ();
      const AmfaCase facts = { .environment = &environment,
                               .credentials = document,
                               .findings = findings };
      g_autofree char *found = NULL;

      amfa_doctor_check_file (&facts, AMFA_FILE_ROLE_CREDENTIALS, &rows[i].facts);
      found = summarize (findings);
      g_assert_cmpstr (found, ==, rows[i].findings);
    }
}

static void
test_aws (void)
{
  static const struct
  {
    const char *wanted, *devices, *findings;
  } rows[] = {
    { NULL, NULL, "devices-hidden" },
    { NULL, "", "no-device" },
    { NULL, "arn:aws:iam::123456789012:u2f/user/a/b-C", "fido-only" },
    { NULL, "arn:aws:iam::123456789012:mfa/a", "device" },
    { NULL, "GAHT12345678 arn:aws:iam::123456789012:mfa/a", "device-choice" },
    { "GAHT12345678", "GAHT12345678 arn:aws:iam::123456789012:mfa/a", "device" },
    { "GAHT12345678", "arn:aws:iam::123456789012:mfa/a", "device-unknown" },
  };
  const AmfaProfileState state = { .account = (char *) "123456789012" };
  g_autoptr (GPtrArray) findings = amfa_findings_new ();
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("x", -1);
  g_autoptr (AmfaCredentials) base = amfa_credentials_new ("AKIAX", secret, NULL, 0);
  g_autoptr (AmfaIdentity) root =
      amfa_identity_new ("210987654321", "arn:aws:iam::210987654321:root", NULL);
  const AmfaCase facts = {
    .profile = "default", .environment = &environment, .state = &state, .findings = findings
  };
  g_autofree char *all = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) devices =
          g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_device_free);
      g_auto (GStrv) serials = g_strsplit (rows[i].devices ? rows[i].devices : "", " ", -1);
      g_autofree char *found = NULL;

      for (gsize j = 0; serials[j]; j++)
        g_ptr_array_add (devices, amfa_device_new (serials[j], NULL, 0));
      amfa_doctor_check_devices (&facts, rows[i].wanted, rows[i].devices ? devices : NULL);
      found = summarize (findings);
      g_assert_cmpstr (found, ==, rows[i].findings);
      g_ptr_array_set_size (findings, 0);
    }

  amfa_doctor_check_clock (&facts, 59);
  amfa_doctor_check_clock (&facts, -60);
  amfa_doctor_check_identity (&facts, base, root);
  all = summarize (findings);
  g_assert_cmpstr (all, ==, "clock-off identity root-key account-changed");
}

static void
test_foreign (void)
{
  static const struct
  {
    const char *text, *copy;
    AmfaLook look;
    const char *findings;
  } rows[] = {
    { "[default]\n" KEYS, NULL, AMFA_LOOK_STORED, "" },
    { "[default-long-term]\n" KEYS, NULL, AMFA_LOOK_NOT_STORED, "foreign-keys:2" },
    { "[default-long-term]\n" KEYS, NULL, AMFA_LOOK_STORED, "foreign-copy-mixed:2" },
    { "[other-long-term]\n" KEYS, NULL, AMFA_LOOK_NOT_STORED, "" },
    { "", "[default]\n" KEYS, AMFA_LOOK_STORED, "foreign-copy:2" },
    { "", "[default]\n" KEYS "[other]\n" KEYS, AMFA_LOOK_STORED, "foreign-copy-mixed:2" },
    { "[default-long-term]\n" KEYS, "[default]\n" KEYS, AMFA_LOOK_LOCKED,
      "foreign-keys:2 foreign-keys:2" },
    { "[default]\n" SESSION "manager = awsume\n", NULL, AMFA_LOOK_STORED, "foreign-manager:5" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) document = parse (rows[i].text);
      g_autoptr (AmfaIniDocument) copy = parse (rows[i].copy ? rows[i].copy : "");
      g_autoptr (GPtrArray) findings = amfa_findings_new ();
      g_autoptr (GPtrArray) files =
          g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_foreign_file_free);
      g_autoptr (GPtrArray) layouts = NULL;
      g_autofree char *found = NULL;

      g_ptr_array_add (files, amfa_foreign_file_new (AMFA_FOREIGN_AWSMFA, "/copy", copy));
      layouts = amfa_foreign_layouts_find (document, files);
      amfa_doctor_check_layouts (&(AmfaCase){ .profile = "default",
                                              .environment = &environment,
                                              .credentials = document,
                                              .base_look = rows[i].look,
                                              .findings = findings },
                                 layouts);
      found = summarize (findings);
      g_assert_cmpstr (found, ==, rows[i].findings);
    }
}

static void
test_code_command (void)
{
  static const struct
  {
    const char *config, *findings;
  } rows[] = {
    { "[default]\n", "" },
    { "[default]\nmfa_process = true\n", "" },
    { "[default]\nmfa_process = '/bin/sh' -c 'echo 123456'\n", "" },
    { "[default]\nmfa_process = /nonexistent/code\n", "code-command-unknown:2" },
    { "[default]\nmfa_process = 'open\n", "code-command-unknown:2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) credentials = parse ("");
      g_autoptr (AmfaIniDocument) config = parse (rows[i].config);
      g_autoptr (GPtrArray) findings = amfa_findings_new ();
      g_autoptr (AmfaProfile) profile =
          amfa_profile_resolve ("default", credentials, config, &environment, NULL, NULL);
      g_autofree char *found = NULL;

      amfa_doctor_check_code_command (&(AmfaCase){ .profile = "default",
                                                   .environment = &environment,
                                                   .config = config,
                                                   .config_section = "default",
                                                   .findings = findings },
                                      profile);
      found = summarize (findings);
      g_assert_cmpstr (found, ==, rows[i].findings);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/doctor-checks/environment", test_environment);
  g_test_add_func ("/doctor-checks/section", test_section);
  g_test_add_func ("/doctor-checks/config", test_config);
  g_test_add_func ("/doctor-checks/files", test_files);
  g_test_add_func ("/doctor-checks/aws", test_aws);
  g_test_add_func ("/doctor-checks/foreign", test_foreign);
  g_test_add_func ("/doctor-checks/code-command", test_code_command);

  return g_test_run ();
}
