#include "core/model/child-environment.h"

#include <gio/gio.h>

/* No keys of anybody: the forms of AWS's documentation. */
#define KEY_ID "ASIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TOKEN "FwoGZXIvYXdzE=='\"$(x)`y` \\z"
#define EXPIRES G_GINT64_CONSTANT (1767323045)

static AmfaChildSession
session (const char *account, const char *region)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (SECRET, -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new (TOKEN, -1);

  return (AmfaChildSession){ amfa_credentials_new (KEY_ID, secret, token, EXPIRES + 60), EXPIRES,
                             account, region };
}

static char *
apply (const char *account, const char *region, const char *const *envp)
{
  AmfaChildSession said = session (account, region);
  g_autoptr (GPtrArray) list = amfa_child_environment_new (&said);
  char **changed = amfa_assignments_apply (list, envp);
  char *joined = g_strjoinv ("|", changed);

  amfa_environment_strings_free (changed);
  amfa_credentials_unref (said.session);
  return joined;
}

#define KEYS                                                                                       \
  "AWS_ACCESS_KEY_ID=" KEY_ID "|AWS_SECRET_ACCESS_KEY=" SECRET "|AWS_SESSION_TOKEN=" TOKEN         \
  "|AWS_CREDENTIAL_EXPIRATION=2026-01-02T03:04:05Z"

static void
test_apply (void)
{
  static const struct
  {
    const char *envp[8];
    const char *account, *region;
    const char *changed;
  } rows[] = {
    { { NULL }, NULL, NULL, KEYS },
    { { "A=1", "B", "=x", "A=2", NULL }, NULL, NULL, "A=1|B|=x|A=2|" KEYS },
    { { NULL },
      "123456789012",
      NULL,
      KEYS "|AWS_ACCOUNT=123456789012|AWS_ACCOUNT_ID=123456789012" },
    { { NULL }, NULL, "eu-west-1", KEYS "|AWS_REGION=eu-west-1|AWS_DEFAULT_REGION=eu-west-1" },
    /* said nowhere: what stands there stays */
    { { "AWS_REGION=", "AWS_REGIONS=x", NULL }, NULL, NULL, "AWS_REGION=|AWS_REGIONS=x|" KEYS },
    { { "AWS_REGION=a", "AWS_DEFAULT_REGION=b", NULL },
      NULL,
      "c",
      KEYS "|AWS_REGION=c|AWS_DEFAULT_REGION=c" },
    /* keys of somebody else, twice */
    { { "AWS_ACCESS_KEY_ID=AKIA1", "AWS_SECRET_ACCESS_KEY=s", "X=y", "AWS_ACCESS_KEY_ID=AKIA2",
        "AWS_SESSION_TOKEN=t", "AWS_CREDENTIAL_EXPIRATION=never", NULL },
      NULL,
      NULL,
      "X=y|" KEYS },
    { { "AWS_PROFILE=p", "AWS_DEFAULT_PROFILE=p", "AWS_SECURITY_TOKEN=t", "AWS_CREDENTIAL_FILE=f",
        "AWS_SDK_LOAD_CONFIG=1", "AWS_PROFILES=x", NULL },
      NULL,
      NULL,
      "AWS_PROFILES=x|" KEYS },
    /* of another account */
    { { "AWS_ACCOUNT=1", "AWS_ACCOUNT_ID=2", NULL }, NULL, NULL, KEYS },
    /* after keys in every chain */
    { { "AWS_ROLE_ARN=r", "AWS_WEB_IDENTITY_TOKEN_FILE=f", "AWS_CONFIG_FILE=c", NULL },
      NULL,
      NULL,
      "AWS_ROLE_ARN=r|AWS_WEB_IDENTITY_TOKEN_FILE=f|AWS_CONFIG_FILE=c|" KEYS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *changed = apply (rows[i].account, rows[i].region, rows[i].envp);

      g_assert_cmpstr (changed, ==, rows[i].changed);
    }
}

static void
test_text (void)
{
  g_autoptr (GPtrArray) list = amfa_assignments_new ();

  amfa_assignments_add (list, "A", "it's");
  amfa_assignments_add (list, "B", NULL);
  amfa_assignments_add (list, "C", "a\\b\"c");

  g_autoptr (AmfaSecret) sh = amfa_assignments_to_text (list, AMFA_SYNTAX_SH);
  g_autoptr (AmfaSecret) fish = amfa_assignments_to_text (list, AMFA_SYNTAX_FISH);
  g_autoptr (AmfaSecret) json = amfa_assignments_to_text (list, AMFA_SYNTAX_JSON);

  g_assert_cmpstr (amfa_secret_peek (sh), ==,
                   "export A='it'\\''s';\nunset B;\nexport C='a\\b\"c';\n");
  g_assert_cmpstr (amfa_secret_peek (fish), ==,
                   "set -gx A 'it\\'s';\nset -eg B; or true;\nset -gx C 'a\\\\b\"c';\n");
  g_assert_cmpstr (amfa_secret_peek (json), ==,
                   "{\n  \"A\" : \"it's\",\n  \"C\" : \"a\\\\b\\\"c\"\n}\n");
}

static const char *const hard[] = {
  "",
  " ",
  "'",
  "''",
  "\\",
  "\\'",
  "'\\''",
  "\"",
  "$HOME $(id) `id` ${x}",
  "!! !$ #x ~ * ? [a] {a,b} (x) <x >y | & ; %1 ^a^b",
  "two\nlines\n",
  "tab\there",
  "-n",
  "=",
  "a=b",
  "\xc3\xa4\xe2\x82\xac",
  "\\n\\t\\\\",
};

/* What the program @argv makes of the text: it prints $VALUE and then a full stop. */
static void
check_with (const char *const *argv, AmfaSyntax syntax, const char *print)
{
  g_autofree char *program = g_find_program_in_path (argv[0]);

  if (!program)
    {
      g_test_skip ("not installed");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (hard); i++)
    {
      g_autoptr (GPtrArray) list = amfa_assignments_new ();
      g_autoptr (AmfaSecret) text = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *wanted = g_strconcat (hard[i], ".", NULL);
      g_autofree char *input = NULL;
      g_autofree char *printed = NULL;

      amfa_assignments_add (list, "AMFA_OTHER", NULL);
      amfa_assignments_add (list, "VALUE", hard[i]);
      text = amfa_assignments_to_text (list, syntax);
      input = g_strconcat (amfa_secret_peek (text), print, NULL);

      g_autoptr (GSubprocess) process = g_subprocess_newv (
          argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);

      g_assert_no_error (error);
      g_subprocess_communicate_utf8 (process, input, NULL, &printed, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (printed, ==, wanted);
    }
}

static void
test_sh (void)
{
  check_with ((const char *const[]){ "sh", NULL }, AMFA_SYNTAX_SH, "printf %s. \"$VALUE\"\n");
}

static void
test_bash (void)
{
  check_with ((const char *const[]){ "bash", "--norc", NULL }, AMFA_SYNTAX_SH,
              "printf %s. \"$VALUE\"\n");
}

static void
test_zsh (void)
{
  check_with ((const char *const[]){ "zsh", "-f", NULL }, AMFA_SYNTAX_SH,
              "printf %s. \"$VALUE\"\n");
}

static void
test_fish (void)
{
  check_with ((const char *const[]){ "fish", "--no-config", NULL }, AMFA_SYNTAX_FISH,
              "printf %s. \"$VALUE\"\n");
}

static void
test_json (void)
{
  check_with ((const char *const[]){ "/usr/bin/python3", "-c",
                                     "import json, sys; sys.stdout.buffer.write("
                                     "json.load(sys.stdin)['VALUE'].encode() + b'.')",
                                     NULL },
              AMFA_SYNTAX_JSON, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/child-environment/apply", test_apply);
  g_test_add_func ("/child-environment/text", test_text);
  g_test_add_func ("/child-environment/sh", test_sh);
  g_test_add_func ("/child-environment/bash", test_bash);
  g_test_add_func ("/child-environment/zsh", test_zsh);
  g_test_add_func ("/child-environment/fish", test_fish);
  g_test_add_func ("/child-environment/json", test_json);
  return g_test_run ();
}
