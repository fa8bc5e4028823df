#include "fuzz.h"

#include "core/model/error.h"
#include "core/model/foreign-layout.h"
#include "core/model/process-section.h"
#include "core/model/process-line.h"
#include "core/model/profile-name.h"
#include "core/model/profile-shadow.h"
#include "core/model/profile.h"
#include "core/model/role-list.h"
#include "core/model/role-plan.h"
#include "core/model/shadowing.h"

#include <string.h>

/* Three parts with a line "====" between them: the environment, the credentials file and the config
 * file. Every profile in them is resolved. */

#define MAX_PROFILES 3

typedef struct
{
  AmfaIniDocument *credentials;
  AmfaIniDocument *config;
  AmfaIniDocument *empty;
  AmfaEnvironment *environment;
} World;

static void
world_clear (World *self)
{
  g_clear_pointer (&self->credentials, amfa_ini_document_unref);
  g_clear_pointer (&self->config, amfa_ini_document_unref);
  g_clear_pointer (&self->empty, amfa_ini_document_unref);
  g_clear_pointer (&self->environment, amfa_environment_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static void
check_endpoint (const AmfaEndpoint *endpoint)
{
  g_assert_true (g_str_has_prefix (endpoint->url, "https://") ||
                 g_str_has_prefix (endpoint->url, "http://"));
  g_assert_nonnull (strstr (endpoint->url, endpoint->host));
  g_assert_true (g_str_has_suffix (endpoint->url, endpoint->path));
  g_assert_cmpint (*endpoint->path, ==, '/');
  g_assert_cmpstr (endpoint->signing_region, !=, "");
  for (const char *p = endpoint->url; *p; p++)
    g_assert_true (g_ascii_isgraph (*p));
}

static void
check_keys (AmfaCredentials *keys)
{
  g_assert_false (keys && amfa_credentials_are_temporary (keys));
}

static void
check_profile (const World *world, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaProfile) profile = amfa_profile_resolve (name, world->credentials, world->config,
                                                          world->environment, NULL, &error);

  g_assert_true ((profile != NULL) == (error == NULL));
  if (!profile)
    {
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_ENDPOINT_BAD);
      fuzz_assert_error (error);
      return;
    }
  g_assert_cmpstr (profile->name, ==, name);
  g_assert_true (profile->duration == 0 || (profile->duration >= AMFA_DURATION_MIN &&
                                            profile->duration <= AMFA_DURATION_MAX));
  check_endpoint (profile->sts);
  check_endpoint (profile->iam);
  check_keys (profile->pair_keys);
  check_keys (profile->config_keys);
}

static void
check_plan (const World *world, const char *name, const char *role)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaRolePlan) plan = amfa_role_plan_new (name, role, world->credentials, world->config,
                                                      world->environment, NULL, &error);

  g_assert_true ((plan != NULL) == (error == NULL));
  if (!plan)
    {
      fuzz_assert_error (error);
      return;
    }
  for (guint i = 0; i < plan->roles->len; i++)
    {
      const AmfaRole *step = g_ptr_array_index (plan->roles, i);
      g_autofree char *session = amfa_role_dup_session_name (step, "arn:aws:iam::1:user/a b");

      g_assert_true (amfa_role_arn_is_valid (step->arn));
      g_assert_cmpuint (strlen (session), <=, 64);
      g_assert_cmpuint (amfa_role_plan_get_duration (plan, i), <=, AMFA_ROLE_DURATION_MAX);
    }
}

static void
check_shadows (const World *world, const char *name)
{
  g_autofree char *section = amfa_profile_config_section (world->config, name);
  const AmfaSettingScope scope = {
    .credentials = world->credentials,
    .config = world->config,
    .profile = name,
    .config_section = section,
    .environment = world->environment,
  };
  AmfaShadow shadows[AMFA_SHADOWS_MAX];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < amfa_shadow_list (&scope, shadows); i++)
    g_assert_cmpuint (shadows[i].place.line, >, 0);
  if (!amfa_shadow_check (&scope, &error))
    fuzz_assert_error (error);
}

/* What set-up writes into the config file, and takes out again. */
static void
check_process (const World *world, const char *name)
{
  g_autofree char *line = amfa_process_line_new ("/usr/bin/awsmfa", name);
  g_autofree char *section = amfa_profile_config_section (world->config, name);
  g_autofree char *separator = NULL;
  g_autoptr (AmfaIniDocument) with = NULL;
  g_autoptr (AmfaIniDocument) without = NULL;

  if (!line || section || !amfa_profile_name_is_possible (name))
    return;
  with = amfa_process_section_add (world->config, name, line, &separator, NULL);
  if (!with)
    return;
  g_assert_true (amfa_profile_is_process (world->empty, with, name));
  without = amfa_process_section_remove (with, name, AMFA_ORIGINAL_NO_SECTION, separator, NULL);
  fuzz_assert_same_text (without, world->config);
}

static void
check_lists (const World *world)
{
  g_autoptr (GPtrArray) roles = amfa_role_list_read (world->credentials, world->config);
  g_autoptr (GPtrArray) copies = g_ptr_array_new ();
  g_autoptr (GPtrArray) layouts = amfa_foreign_layouts_find (world->credentials, copies);

  g_assert_nonnull (roles);
  for (guint i = 0; i < layouts->len; i++)
    check_keys (((AmfaForeignLayout *) g_ptr_array_index (layouts, i))->keys);
}

static void
check_environment (const World *world, GStrv envp)
{
  const AmfaEnvironment *environment = world->environment;
  g_autoptr (AmfaVariables) variables = amfa_variables_new ((const char *const *) envp);
  g_auto (GStrv) keys = amfa_shadowing_list_keys (variables);
  g_auto (GStrv) credentials = amfa_shadowing_list_credentials (variables);
  g_auto (GStrv) profiles = amfa_shadowing_list_profiles (variables, "default");

  g_assert_true (g_path_is_absolute (environment->credentials_path));
  g_assert_true (g_path_is_absolute (environment->config_path));
  g_assert_true (g_path_is_absolute (environment->state_dir));
  check_keys (environment->keys);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = fuzz_input (data, size);
  g_autoptr (AmfaSecret) variables = fuzz_take_part (&input);
  g_autoptr (AmfaSecret) credentials = fuzz_take_part (&input);
  g_autoptr (AmfaSecret) config = fuzz_take_part (&input);
  g_auto (GStrv) envp = g_strsplit (amfa_secret_peek (variables), "\n", 0);
  g_auto (World) world = {
    .credentials = amfa_ini_document_parse (credentials, NULL),
    .config = amfa_ini_document_parse (config, NULL),
    .empty = fuzz_parse (""),
    .environment = amfa_environment_new ((const char *const *) envp, "com.example.AwsMfa",
                                         &(AmfaSurroundings){ .home = "/home/user",
                                                              .directory = "/",
                                                              .runtime_dir = "/run/user/1" }),
  };

  amfa_environment_read_keys (world.environment, (const char *const *) envp);
  check_environment (&world, envp);
  if (!world.credentials || !world.config)
    return 0;
  check_lists (&world);

  g_auto (GStrv) names = amfa_profile_list_names (world.credentials, world.config);

  for (guint i = 0; names[i] && i < MAX_PROFILES; i++)
    {
      check_profile (&world, names[i]);
      check_plan (&world, names[i], NULL);
      check_plan (&world, names[i], AMFA_ROLE_NONE);
      check_shadows (&world, names[i]);
      check_process (&world, names[i]);
    }
  return 0;
}
