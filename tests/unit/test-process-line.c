#include "core/model/process-line.h"

static void
test_ours (void)
{
  static const struct
  {
    const char *line;
    const char *profile;
    gboolean ours;
  } ROWS[] = {
    { "/usr/bin/awsmfa credential-process -p work", "work", TRUE },
    { "awsmfa credential-process --profile work", "work", TRUE },
    { "awsmfa credential-process --profile=work --wait 5", "work", TRUE },
    { "awsmfa credential-process --wait 5 -pwork", "work", TRUE },
    { "\"/opt/my tools/awsmfa\" credential-process -p 'a b'", "a b", TRUE },
    { "awsmfa credential-process", "default", TRUE },
    { "awsmfa credential-process", "work", FALSE },
    { "awsmfa credential-process -p work", "other", FALSE },
    { "awsmfa credential-process -p", "work", FALSE },
    { "awsmfa status -p work", "work", FALSE },
    { "awsmfa", "default", FALSE },
    { "/usr/bin/aws-vault export work", "work", FALSE },
    { "/usr/bin/my-awsmfa credential-process -p work", "work", FALSE },
    { "awsmfa credential-process -p 'work", "work", FALSE },
    { "", "work", FALSE },
    { NULL, "work", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    g_assert_cmpint (amfa_process_line_is_ours (ROWS[i].line, ROWS[i].profile), ==, ROWS[i].ours);
}

static void
test_new (void)
{
  static const struct
  {
    const char *program;
    const char *profile;
    const char *line;
  } ROWS[] = {
    { "/usr/bin/awsmfa", "default", "/usr/bin/awsmfa credential-process -p default" },
    { "/opt/my tools/awsmfa", "a b", "'/opt/my tools/awsmfa' credential-process -p 'a b'" },
    { "/x/awsmfa", "it's", "/x/awsmfa credential-process -p 'it'\\''s'" },
    { "/x/awsmfa", "$HOME", "/x/awsmfa credential-process -p '$HOME'" },
    { "/x/awsmfa", "~", "/x/awsmfa credential-process -p '~'" },
    { "/x/awsmfa", "\303\274", "/x/awsmfa credential-process -p '\303\274'" },
    { "/x/awsmfa", "a #b", NULL },
    { "/x/awsmfa", "a\tb", NULL },
    { "/x\n/awsmfa", "a", NULL },
    { "/x\377/awsmfa", "a", NULL },
    { "/x/renamed", "a", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autofree char *line = amfa_process_line_new (ROWS[i].program, ROWS[i].profile);

      g_assert_cmpstr (line, ==, ROWS[i].line);
      if (line)
        g_assert_true (amfa_process_line_is_ours (line, ROWS[i].profile));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/process-line/ours", test_ours);
  g_test_add_func ("/process-line/new", test_new);

  return g_test_run ();
}
