#include "core/model/role-plan.h"

#include <time.h>

/* Files with hundreds of profiles are common where a program writes them. What is done for one
 * profile must not look at all the others, and what is done for all of them only once at each. */

#define FEW 300
#define TIMES 4
/* Four times as many profiles cost four times as much; sixteen times if each looks at all. */
#define TOO_MUCH 9

#define ARN "arn:aws:iam::123456789012:role/r%u"

typedef struct
{
  AmfaIniDocument *credentials;
  AmfaIniDocument *config;
  AmfaEnvironment *environment;
  guint n;
} Files;

static AmfaIniDocument *
parse (GString *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text->str, (gssize) text->len);

  return amfa_ini_document_parse (secret, NULL);
}

static void
make_files (Files *files, guint n)
{
  const char *const envp[] = { NULL };
  g_autoptr (GString) config = g_string_new ("[default]\n");
  g_autoptr (GString) credentials = g_string_new ("[default]\n");

  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (credentials, "[p%u]\n", i);
      g_string_append_printf (
          config, "[profile p%u]\nrole_arn = " ARN "\nsource_profile = default\n", i, i);
    }
  files->credentials = parse (credentials);
  files->config = parse (config);
  files->environment = amfa_environment_new (envp, "com.example.AwsMfa",
                                             &(AmfaSurroundings){ .home = "/home/alice",
                                                                  .directory = "/cwd",
                                                                  .runtime_dir = "/run/user/1" });
  files->n = n;
}

static void
clear_files (Files *files)
{
  amfa_ini_document_unref (files->credentials);
  amfa_ini_document_unref (files->config);
  amfa_environment_free (files->environment);
}

static void
list (const Files *files)
{
  for (guint i = 0; i < 10; i++)
    {
      g_auto (GStrv) names = amfa_profile_list_names (files->credentials, files->config);

      g_assert_cmpuint (g_strv_length (names), ==, files->n + 1);
    }
}

static void
resolve_each (const Files *files)
{
  for (guint i = 0; i < files->n; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%u", i);
      g_autoptr (AmfaProfile) profile = amfa_profile_resolve (
          name, files->credentials, files->config, files->environment, NULL, NULL);
      g_autoptr (AmfaRoleChain) chain =
          amfa_role_chain_resolve (name, files->credentials, files->config, NULL);

      g_assert_nonnull (profile);
      g_assert_cmpuint (chain->roles->len, ==, 1);
    }
}

static void
find_described (const Files *files)
{
  g_autofree char *arn = g_strdup_printf (ARN, files->n - 1);
  g_autoptr (AmfaRolePlan) plan = amfa_role_plan_new (
      "default", arn, files->credentials, files->config, files->environment, NULL, NULL);

  g_assert_nonnull (amfa_role_plan_get_role (plan)->profile);
}

typedef struct
{
  const char *path;
  void (*run) (const Files *files);
} Work;

/* Seconds of this thread alone: others may be busy. */
static double
measure (const Work *work, const Files *files)
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < 5; i++)
    {
      struct timespec before, after;

      clock_gettime (CLOCK_THREAD_CPUTIME_ID, &before);
      work->run (files);
      clock_gettime (CLOCK_THREAD_CPUTIME_ID, &after);
      best = MIN (best, (double) (after.tv_sec - before.tv_sec) +
                            (double) (after.tv_nsec - before.tv_nsec) / 1e9);
    }
  return best;
}

static void
test_growth (gconstpointer data)
{
  const Work *work = data;
  Files few, many;
  double growth;

  make_files (&few, FEW);
  make_files (&many, FEW * TIMES);
  growth = measure (work, &many) / measure (work, &few);
  g_test_message ("%.1f times the work", growth);
  g_assert_cmpfloat (growth, <, TOO_MUCH);
  clear_files (&few);
  clear_files (&many);
}

int
main (int argc, char **argv)
{
  static const Work works[] = {
    { "/many-profiles/list", list },
    { "/many-profiles/resolve-each", resolve_each },
    { "/many-profiles/find-described", find_described },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (works); i++)
    g_test_add_data_func (works[i].path, &works[i], test_growth);
  return g_test_run ();
}
