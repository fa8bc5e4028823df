#include "token-dialog.h"

#include "code-entry.h"
#include "code-fetcher.h"
#include "countdown.h"
#include "device-chooser.h"
#include "duration-combo.h"
#include "error-bar.h"
#include "fake-login.h"
#include "identity-combo.h"
#include "widget-tools.h"

#include "core/io/data-dirs.h"
#include "core/model/error.h"

#include <string.h>

#define ALICE "arn:aws:iam::123456789012:mfa/alice"
#define PHONE "arn:aws:iam::123456789012:mfa/phone"
#define KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define ADMIN "arn:aws:iam::123456789012:role/team/Admin"
#define AUDIT "arn:aws:iam::210987654321:role/Audit"

/* One dialog of a closed world: the login is a fake, nothing has the X focus. */
typedef struct
{
  AmfaBackend backend;
  GtkWidget *dialog; /* NULL once it is gone */
  GtkWidget *code;
  guint n_granted;
  AmfaLoginResult granted;
} Fixture;

static void
on_granted (Fixture *f, gint64 expires, guint warnings, gint64 clock_offset)
{
  f->n_granted++;
  f->granted = (AmfaLoginResult){ expires, clock_offset, warnings };
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (AmfaDataDirs) dirs = amfa_data_dirs_new ();

  f->backend.settings = amfa_settings_new (dirs->schemas);
  f->dialog = GTK_WIDGET (amfa_token_dialog_new (NULL, &f->backend, "default", NULL));
  g_object_add_weak_pointer (G_OBJECT (f->dialog), (gpointer *) &f->dialog);
  g_signal_connect_swapped (f->dialog, "granted", G_CALLBACK (on_granted), f);
  f->code = find_by_type (f->dialog, AMFA_TYPE_CODE_ENTRY);
  gtk_widget_show (f->dialog);
  settle ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->dialog)
    gtk_widget_destroy (f->dialog);
  settle ();
  g_assert_null (f->dialog);
  g_assert_null (fake_login_get ());
  amfa_settings_set_duration (f->backend.settings, "default", 12 * 3600);
  g_clear_object (&f->backend.settings);
}

static void
end_prepare_well (void)
{
  AmfaLoginPlan *plan = fake_login_get_plan ();

  plan->origin = AMFA_BASE_KEYRING;
  plan->key_id = KEY_ID;
  plan->account = "123456789012";
  plan->arn = "arn:aws:iam::123456789012:user/division/alice";
  plan->serial = ALICE;
  fake_login_end_prepare (NULL);
}

static GError *
new_error (AmfaError code)
{
  return amfa_error_new (code, &(AmfaErrorDetails){ .subject = "subject", .quote = "quote" });
}

static void
type_code (Fixture *f, const char *code)
{
  gtk_entry_set_text (GTK_ENTRY (f->code), code);
  settle ();
}

static void
send (Fixture *f, const char *code)
{
  type_code (f, code);
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_true (fake_login_is_sending ());
}

static void
fail (AmfaError code)
{
  fake_login_end_start (new_error (code), NULL);
}

static gboolean
is_focus (Fixture *f, GtkWidget *widget)
{
  return widget && gtk_window_get_focus (GTK_WINDOW (f->dialog)) == widget;
}

static GtkWidget *
get_bar (Fixture *f)
{
  return find_by_type (f->dialog, AMFA_TYPE_ERROR_BAR);
}

static gboolean
code_is_selected (Fixture *f)
{
  int start, end;

  return gtk_editable_get_selection_bounds (GTK_EDITABLE (f->code), &start, &end) && start == 0 &&
         end == gtk_entry_get_text_length (GTK_ENTRY (f->code));
}

/* --- the ordinary way --- */

static void
test_enter_sends (Fixture *f, gconstpointer data)
{
  const AmfaLoginResult outcome = { 1767225600, -7, AMFA_LOGIN_WARNING_IMPORTED };

  end_prepare_well ();
  g_assert_true (is_focus (f, f->code));
  send (f, "123 456");
  g_assert_cmpstr (fake_login_get_code (), ==, "123456");
  g_assert_cmpuint (fake_login_get_duration (), ==, 0);

  fake_login_end_start (NULL, &outcome);
  g_assert_null (f->dialog);
  g_assert_cmpuint (f->n_granted, ==, 1);
  g_assert_cmpint (f->granted.expires, ==, 1767225600);
  g_assert_cmpint (f->granted.clock_offset, ==, -7);
  g_assert_cmpuint (f->granted.warnings, ==, AMFA_LOGIN_WARNING_IMPORTED);
}

static void
test_only_a_whole_code_can_be_sent (Fixture *f, gconstpointer data)
{
  GtkWidget *start = find_by_name (f->dialog, "Start session");

  end_prepare_well ();
  g_assert_false (can_be_pressed (start));
  type_code (f, "12345");
  g_assert_false (can_be_pressed (start));
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_cmpuint (fake_login_count_starts (), ==, 0);
  g_assert_true (has_text (get_bar (f), "six digits"));
  type_code (f, "123456");
  g_assert_true (can_be_pressed (start));
  type_code (f, "");
  g_assert_false (can_be_pressed (start));
}

static void
test_one_request_at_a_time (Fixture *f, gconstpointer data)
{
  GtkWidget *start = find_by_name (f->dialog, "Start session");

  end_prepare_well ();
  send (f, "123456");
  press_key (f->dialog, GDK_KEY_Return, 0);
  gtk_dialog_response (GTK_DIALOG (f->dialog), GTK_RESPONSE_OK);
  g_assert_cmpuint (fake_login_count_starts (), ==, 1);
  g_assert_false (can_be_pressed (start));
  g_assert_false (gtk_editable_get_editable (GTK_EDITABLE (f->code)));
  g_assert_true (find_by_type (start, GTK_TYPE_SPINNER) &&
                 is_seen (find_by_type (start, GTK_TYPE_SPINNER)));
  g_assert_cmpstr (name_of (start), ==, "Start session");
}

static void
test_code_waits_for_prepare (Fixture *f, gconstpointer data)
{
  type_code (f, "123456");
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_cmpuint (fake_login_count_starts (), ==, 0);
  g_assert_false (can_be_pressed (find_by_name (f->dialog, "Start session")));
  end_prepare_well ();
  g_assert_cmpuint (fake_login_count_starts (), ==, 1);
  g_assert_cmpstr (fake_login_get_code (), ==, "123456");
}

static void
test_waiting_code_is_taken_back (Fixture *f, gconstpointer data)
{
  type_code (f, "123456");
  press_key (f->dialog, GDK_KEY_Return, 0);
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_true (fake_login_is_preparing ());
  end_prepare_well ();
  g_assert_cmpuint (fake_login_count_starts (), ==, 0);
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (f->code)), ==, "123456");
}

static void
test_typing_goes_on_while_preparing (Fixture *f, gconstpointer data)
{
  press_key (f->dialog, GDK_KEY_1, 0);
  press_key (f->dialog, GDK_KEY_2, 0);
  end_prepare_well ();
  press_key (f->dialog, GDK_KEY_3, 0);
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (f->code)), ==, "123");
}

static void
test_connects_early (Fixture *f, gconstpointer data)
{
  guint before;

  end_prepare_well ();
  before = fake_login_count_preconnects ();
  g_assert_cmpuint (before, >=, 1);
  press_key (f->dialog, GDK_KEY_1, 0);
  g_assert_cmpuint (fake_login_count_preconnects (), ==, before + 1);
  press_key (f->dialog, GDK_KEY_2, 0);
  g_assert_cmpuint (fake_login_count_preconnects (), ==, before + 1);
}

static void
test_duration (Fixture *f, gconstpointer data)
{
  GtkWidget *combo = find_by_type (f->dialog, AMFA_TYPE_DURATION_COMBO);

  end_prepare_well ();
  g_assert_cmpuint (amfa_duration_combo_get_seconds (AMFA_DURATION_COMBO (combo)), ==, 12 * 3600);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), "3600");
  g_assert_cmpuint (fake_login_get_duration (), ==, 3600);
}

/* Kept for the profile's next session, unless the configuration or the role says how long. */
static void
test_duration_is_remembered (Fixture *f, gconstpointer data)
{
  const AmfaLoginResult outcome = { 1767225600, 0, 0 };
  GtkWidget *combo = find_by_type (f->dialog, AMFA_TYPE_DURATION_COMBO);
  const char *who = data;

  if (g_strcmp0 (who, "config") == 0)
    fake_login_get_plan ()->config_duration = fake_login_get_plan ()->duration = 7200;
  end_prepare_well ();
  if (who)
    gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), "3600");
  if (g_strcmp0 (who, "role") == 0)
    fake_login_get_plan ()->role_duration = 14400;
  g_assert_cmpuint (amfa_settings_get_duration (f->backend.settings, "default"), ==, 43200);
  send (f, "123456");
  fail (AMFA_ERROR_NETWORK);
  g_assert_cmpuint (amfa_settings_get_duration (f->backend.settings, "default"), ==, 43200);
  send (f, "123456");
  fake_login_end_start (NULL, &outcome);
  g_assert_cmpuint (amfa_settings_get_duration (f->backend.settings, "default"), ==,
                    g_strcmp0 (who, "user") == 0 ? 3600 : 43200);
  g_assert_cmpuint (amfa_settings_get_duration (f->backend.settings, "other"), ==, 43200);
}

/* The profile's own duration counts until the user chooses another. */
static void
test_configured_duration (Fixture *f, gconstpointer data)
{
  GtkWidget *combo = find_by_type (f->dialog, AMFA_TYPE_DURATION_COMBO);

  fake_login_get_plan ()->duration = 7200;
  end_prepare_well ();
  settle ();
  g_assert_cmpuint (amfa_duration_combo_get_seconds (AMFA_DURATION_COMBO (combo)), ==, 7200);
  g_assert_cmpuint (fake_login_get_duration (), ==, 0);
}

/* Without a word: the user did not choose. */
static void
test_duration_of_root (Fixture *f, gconstpointer data)
{
  GtkWidget *combo = find_by_type (f->dialog, AMFA_TYPE_DURATION_COMBO);

  fake_login_get_plan ()->is_root = TRUE;
  end_prepare_well ();
  g_assert_cmpuint (amfa_duration_combo_get_seconds (AMFA_DURATION_COMBO (combo)), ==, 3600);
  g_assert_false (gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), "14400"));
  g_assert_cmpuint (fake_login_get_duration (), ==, 0);
}

/* --- whose session --- */

/* As the login finds it out: of ADMIN, which profile prod describes, and of AUDIT, which none does.
 */
static void
end_prepare_with_roles (GPtrArray **roles, const char *role)
{
  AmfaLoginPlan *plan = fake_login_get_plan ();

  if (!*roles)
    {
      AmfaRole *admin = amfa_role_new (ADMIN);

      admin->profile = g_strdup ("prod");
      *roles = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_role_free);
      g_ptr_array_add (*roles, admin);
      g_ptr_array_add (*roles, amfa_role_new (AUDIT));
    }
  plan->roles = *roles;
  plan->role = role;
  plan->identity = role ? role : "arn:aws:iam::123456789012:user/division/alice";
  end_prepare_well ();
}

static gboolean
has_focus_within (Fixture *f, GtkWidget *widget)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->dialog));

  return focus && gtk_widget_is_ancestor (focus, widget);
}

static GtkWidget *
get_identity (Fixture *f)
{
  return find_by_type (f->dialog, AMFA_TYPE_IDENTITY_COMBO);
}

static const char *
get_chosen_text (GtkWidget *combo)
{
  GtkTreeIter iter;
  static char text[100];
  g_autofree char *chosen = NULL;

  g_assert_true (gtk_combo_box_get_active_iter (GTK_COMBO_BOX (combo), &iter));
  gtk_tree_model_get (gtk_combo_box_get_model (GTK_COMBO_BOX (combo)), &iter, 0, &chosen, -1);
  g_strlcpy (text, chosen, sizeof text);
  return text;
}

static void
choose (GtkWidget *combo, const char *id)
{
  g_assert_true (gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), id));
  settle ();
}

static void
test_no_roles (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  g_assert_false (is_seen (get_identity (f)));
  g_assert_false (has_text (f->dialog, "Identity"));
  g_assert_null (fake_login_get_identity ());
}

static void
test_identity (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) roles = NULL;
  GtkWidget *combo = get_identity (f);

  end_prepare_with_roles (&roles, NULL);
  g_assert_true (is_seen (combo));
  g_assert_cmpstr (name_of (combo), ==, "Identity");
  g_assert_cmpstr (get_chosen_text (combo), ==, "alice");
  type_code (f, "123");
  choose (combo, AUDIT);
  g_assert_cmpstr (fake_login_get_identity (), ==, AUDIT);
  g_assert_true (fake_login_is_preparing ());
  g_assert_true (gtk_widget_is_sensitive (combo));
  end_prepare_with_roles (&roles, AUDIT);
  g_assert_cmpstr (get_chosen_text (combo), ==, "Audit · 210987654321");
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (f->code)), ==, "123");
  choose (combo, ADMIN);
  end_prepare_with_roles (&roles, ADMIN);
  g_assert_cmpstr (get_chosen_text (combo), ==, "Admin · prod");
  g_assert_cmpstr (atk_object_get_description (gtk_widget_get_accessible (combo)), ==, ADMIN);
  choose (combo, AMFA_ROLE_NONE);
  g_assert_cmpstr (fake_login_get_identity (), ==, AMFA_ROLE_NONE);
  end_prepare_with_roles (&roles, NULL);
  press_key (f->dialog, GDK_KEY_i, GDK_MOD1_MASK);
  g_assert_true (has_focus_within (f, combo));
  press_key (f->dialog, GDK_KEY_Down, 0);
  end_prepare_with_roles (&roles, ADMIN);
  g_assert_true (has_focus_within (f, combo));
  press_key (f->dialog, GDK_KEY_Down, 0);
  g_assert_cmpstr (fake_login_get_identity (), ==, AUDIT);
  g_ptr_array_remove_index (roles, 0);
  end_prepare_with_roles (&roles, AUDIT);
  g_assert_true (has_focus_within (f, combo));
  gtk_widget_grab_focus (f->code);
  send (f, "123456");
  g_assert_false (gtk_widget_is_sensitive (combo));
}

/* Whoever chooses faster than the login looks around gets what was chosen last. */
static void
test_identity_is_chosen_twice (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) roles = NULL;

  end_prepare_with_roles (&roles, NULL);
  choose (get_identity (f), ADMIN);
  choose (get_identity (f), AUDIT);
  g_assert_cmpstr (get_chosen_text (get_identity (f)), ==, "Audit · 210987654321");
  type_code (f, "123456");
  gtk_widget_grab_focus (f->code);
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_cmpuint (fake_login_count_starts (), ==, 0);
  end_prepare_with_roles (&roles, AUDIT);
  g_assert_cmpuint (fake_login_count_starts (), ==, 1);
  g_assert_cmpstr (fake_login_get_identity (), ==, AUDIT);
}

/* The user's duration comes back with the user. */
static void
test_role_with_its_own_duration (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) roles = NULL;
  GtkWidget *duration = find_by_type (f->dialog, AMFA_TYPE_DURATION_COMBO);
  g_autofree char *tooltip = NULL;

  end_prepare_with_roles (&roles, NULL);
  choose (duration, "28800");
  choose (get_identity (f), ADMIN);
  fake_login_get_plan ()->role_duration = 4 * 3600;
  fake_login_get_plan ()->session_expires = g_get_real_time () / G_USEC_PER_SEC + 3600;
  end_prepare_with_roles (&roles, ADMIN);
  g_assert_true (has_text (f->dialog, "needs a code of its own"));
  g_assert_cmpuint (amfa_duration_combo_get_seconds (AMFA_DURATION_COMBO (duration)), ==, 14400);
  g_assert_false (gtk_widget_is_sensitive (duration));
  g_assert_true (gtk_widget_get_has_tooltip (duration));
  g_assert_nonnull (
      strstr (atk_object_get_description (gtk_widget_get_accessible (duration)), "its profile"));
  g_assert_cmpuint (fake_login_get_duration (), ==, 28800);

  choose (get_identity (f), AUDIT);
  fake_login_get_plan ()->role_duration = 0;
  end_prepare_with_roles (&roles, AUDIT);
  g_assert_false (has_text (f->dialog, "needs a code of its own"));
  g_assert_true (gtk_widget_is_sensitive (duration));
  g_assert_cmpuint (amfa_duration_combo_get_seconds (AMFA_DURATION_COMBO (duration)), ==, 28800);
  /* That of the user, which the role's comes from. */
  tooltip = gtk_widget_get_tooltip_text (duration);
  g_assert_nonnull (strstr (tooltip, "your session"));
  choose (get_identity (f), AMFA_ROLE_NONE);
  end_prepare_with_roles (&roles, NULL);
  g_assert_false (gtk_widget_get_has_tooltip (duration));
}

/* Said at once, without taking the focus from whoever looks through the roles or types a code. */
static void
test_role_is_unusable (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) roles = NULL;
  AmfaErrorDetails details = {
    .subject = "prod", .other = ADMIN, .reason = AMFA_ROLE_PROBLEM_DURATION, .seconds = 13 * 3600
  };

  end_prepare_with_roles (&roles, NULL);
  press_key (f->dialog, GDK_KEY_i, GDK_MOD1_MASK);
  choose (get_identity (f), ADMIN);
  fake_login_get_plan ()->role = ADMIN;
  fake_login_end_prepare (amfa_error_new (AMFA_ERROR_ROLE_UNUSABLE, &details));
  g_assert_true (has_text (get_bar (f), "12 hours"));
  g_assert_false (is_focus (f, f->code));
  g_assert_cmpstr (get_chosen_text (get_identity (f)), ==, "Admin · prod");
  choose (get_identity (f), AMFA_ROLE_NONE);
  g_assert_false (is_seen (get_bar (f)));
}

static void
test_role_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) roles = NULL;

  end_prepare_with_roles (&roles, ADMIN);
  send (f, "123456");
  fake_login_set_can_retry (TRUE);
  fake_login_set_role_refused (TRUE);
  fail (AMFA_ERROR_NOT_ALLOWED);
  g_assert_true (has_text (get_bar (f), "quote"));
  g_assert_true (has_text (get_bar (f), "try again without a new one"));
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Try again")));
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Try again")));
  g_assert_cmpuint (fake_login_count_retries (), ==, 1);
  fail (AMFA_ERROR_NOT_ALLOWED);

  /* With another identity the same code will do, too. */
  choose (get_identity (f), AUDIT);
  end_prepare_with_roles (&roles, AUDIT);
  gtk_widget_grab_focus (f->code);
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_cmpuint (fake_login_count_retries (), ==, 2);
  g_assert_cmpuint (fake_login_count_starts (), ==, 1);
}

/* --- cancelling and closing --- */

static void
test_escape_cancels_then_closes (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  send (f, "123456");
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_nonnull (f->dialog);
  g_assert_false (fake_login_is_sending ());
  g_assert_false (is_seen (get_bar (f)));
  g_assert_true (is_focus (f, f->code) && code_is_selected (f));
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_null (f->dialog);
}

static void
test_close_in_flight_cancels (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  send (f, "123456");
  gtk_window_close (GTK_WINDOW (f->dialog));
  settle ();
  g_assert_null (f->dialog);
  g_assert_null (fake_login_get ());
  g_assert_cmpuint (f->n_granted, ==, 0);
}

static void
close_window (Fixture *f)
{
  gtk_window_close (GTK_WINDOW (f->dialog));
  settle ();
}

static void
escape_twice (Fixture *f)
{
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_true (gtk_widget_get_visible (f->dialog));
  press_key (f->dialog, GDK_KEY_Escape, 0);
}

/* AWS has answered already: the session is written and told, whoever closed the window. */
static void
test_closed_during_the_commit (Fixture *f, gconstpointer data)
{
  const AmfaLoginResult outcome = { 1767225600, 0, 0 };
  void (*go_away) (Fixture *) = data;

  end_prepare_well ();
  send (f, "123456");
  fake_login_set_deaf (TRUE);
  go_away (f);
  g_assert_nonnull (f->dialog);
  g_assert_false (gtk_widget_get_visible (f->dialog));
  g_assert_true (fake_login_is_sending ());
  fake_login_end_start (NULL, &outcome);
  g_assert_null (f->dialog);
  g_assert_cmpuint (f->n_granted, ==, 1);
}

static void
await_hidden (Fixture *f)
{
  gint64 begun = g_get_monotonic_time ();

  while (gtk_widget_get_visible (f->dialog))
    {
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpint (g_get_monotonic_time () - begun, <, 30 * G_USEC_PER_SEC);
    }
}

/* Escape, and nothing heeds it: the network, the keyring, or a session being written. Nobody has to
 * look at that; what comes of it is told as if the window had been closed. */
static void
test_escape_that_takes_long (Fixture *f, gconstpointer data)
{
  const AmfaLoginResult outcome = { 1767225600, 0, 0 };
  gboolean is_granted = GPOINTER_TO_INT (data);

  end_prepare_well ();
  send (f, "123456");
  fake_login_set_deaf (TRUE);
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_true (gtk_widget_get_visible (f->dialog));
  await_hidden (f);
  g_assert_true (fake_login_is_sending ());
  if (is_granted)
    fake_login_end_start (NULL, &outcome);
  else
    fail (AMFA_ERROR_NETWORK);
  g_assert_null (f->dialog);
  g_assert_cmpuint (f->n_granted, ==, is_granted);
}

/* It was for that code: the next one is not taken for it. */
static void
test_escape_and_another_code (Fixture *f, gconstpointer data)
{
  gint64 begun;

  end_prepare_well ();
  send (f, "123456");
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_false (fake_login_is_sending ());
  begun = g_get_monotonic_time ();
  send (f, "654321");
  fake_login_set_deaf (TRUE);
  while (g_get_monotonic_time () < begun + 1200 * 1000)
    {
      g_main_context_iteration (NULL, FALSE);
      g_assert_true (gtk_widget_get_visible (f->dialog));
    }
  fail (AMFA_ERROR_CODE_REFUSED);
}

/* Before a code is sent there is nothing to wait for: looking around is left to itself. */
static void
test_escape_while_preparing (Fixture *f, gconstpointer waits)
{
  if (waits)
    {
      type_code (f, "123456");
      press_key (f->dialog, GDK_KEY_Return, 0);
      press_key (f->dialog, GDK_KEY_Escape, 0);
      g_assert_true (gtk_widget_get_visible (f->dialog));
      g_assert_cmpuint (fake_login_count_starts (), ==, 0);
    }
  g_assert_true (fake_login_is_preparing ());
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_null (f->dialog);
}

/* What AWS granted is not lost: the window comes back. */
static void
test_closed_before_a_local_failure (Fixture *f, gconstpointer data)
{
  const AmfaLoginResult outcome = { 1767225600, 0, 0 };

  end_prepare_well ();
  send (f, "123456");
  fake_login_set_deaf (TRUE);
  close_window (f);
  fake_login_set_can_retry (TRUE);
  fail (AMFA_ERROR_BUSY);
  g_assert_true (gtk_widget_get_visible (f->dialog));
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Try again")));
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Try again")));
  close_window (f);
  fake_login_end_start (NULL, &outcome);
  g_assert_null (f->dialog);
  g_assert_cmpuint (f->n_granted, ==, 1);
}

/* Nobody wants to know any more. */
static void
test_closed_before_a_refusal (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  send (f, "123456");
  fake_login_set_deaf (TRUE);
  close_window (f);
  fail (AMFA_ERROR_CODE_REFUSED);
  g_assert_null (f->dialog);
  g_assert_cmpuint (f->n_granted, ==, 0);
}

/* Asked for again while the end is awaited. */
static void
test_closed_and_back (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  send (f, "123456");
  fake_login_set_deaf (TRUE);
  close_window (f);
  gtk_window_present (GTK_WINDOW (f->dialog));
  settle ();
  fail (AMFA_ERROR_CODE_REFUSED);
  g_assert_true (f->dialog && gtk_widget_get_visible (f->dialog));
  g_assert_true (is_seen (get_bar (f)));
}

/* The program ends: it waits for what cannot be taken back, and for nothing else. */
static void
test_finish (Fixture *f, gconstpointer data)
{
  AmfaLoginResult outcome = { 1767225600, 0, 0 };
  const gboolean succeeds = GPOINTER_TO_INT (data);

  end_prepare_well ();
  send (f, "123456");
  fake_login_set_deaf (TRUE);
  fake_login_set_can_retry (!succeeds);
  amfa_token_dialog_finish (AMFA_TOKEN_DIALOG (f->dialog));
  settle ();
  g_assert_nonnull (f->dialog);
  g_assert_false (gtk_widget_get_visible (f->dialog));
  fake_login_end_start (succeeds ? NULL : new_error (AMFA_ERROR_BUSY), succeeds ? &outcome : NULL);
  g_assert_null (f->dialog);
  g_assert_cmpuint (f->n_granted, ==, succeeds);
}

static void
test_finish_at_rest (Fixture *f, gconstpointer data)
{
  amfa_token_dialog_finish (AMFA_TOKEN_DIALOG (f->dialog));
  settle ();
  g_assert_null (f->dialog);
}

static void
test_cancel_button_closes (Fixture *f, gconstpointer data)
{
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Cancel")));
  settle ();
  g_assert_null (f->dialog);
}

/* --- errors --- */

static void
test_refused_code (Fixture *f, gconstpointer data)
{
  GtkWidget *countdown = find_by_type (f->dialog, AMFA_TYPE_COUNTDOWN);

  end_prepare_well ();
  send (f, "123456");
  fail (AMFA_ERROR_CODE_REFUSED);
  g_assert_true (is_seen (get_bar (f)));
  g_assert_true (is_seen (countdown));
  g_assert_true (g_regex_match_simple ("^Next code in ([1-9]|[12][0-9]|30) s\\.$",
                                       gtk_label_get_text (GTK_LABEL (countdown)), 0, 0));
  g_assert_true (is_focus (f, f->code) && code_is_selected (f));

  /* It informs and never blocks; the next digit begins another code. */
  press_key (f->dialog, GDK_KEY_9, 0);
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (f->code)), ==, "9");
  send (f, "654321");
  g_assert_false (is_seen (get_bar (f)));
  fail (AMFA_ERROR_NETWORK);
  g_assert_true (is_seen (get_bar (f)));
  g_assert_false (is_seen (countdown));
}

/* Milliseconds until the main loop would wake up by itself, -1: never. */
static int
get_next_wakeup (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[16];
  int priority, timeout = 0;

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, G_MAXINT, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_release (context);
  return timeout;
}

/* A hidden countdown must not keep the process awake. */
static void
test_countdown_rests_when_hidden (Fixture *f, gconstpointer data)
{
  GtkWidget *window = gtk_window_new (GTK_WINDOW_POPUP);
  AmfaCountdown *countdown = g_object_new (AMFA_TYPE_COUNTDOWN, "visible", TRUE, NULL);

  gtk_widget_destroy (f->dialog);
  gtk_container_add (GTK_CONTAINER (window), GTK_WIDGET (countdown));
  gtk_widget_show (window);
  amfa_countdown_start (countdown);
  settle ();
  g_assert_cmpint (get_next_wakeup (), !=, -1);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (countdown)), !=, "");

  gtk_widget_hide (window);
  await (get_next_wakeup () == -1);
  gtk_widget_destroy (window);
}

static void
test_retry_needs_no_code (Fixture *f, gconstpointer data)
{
  static const AmfaError errors[] = {
    AMFA_ERROR_FILE_WRITE,     AMFA_ERROR_FILE_CHANGED,   AMFA_ERROR_BUSY,
    AMFA_ERROR_KEYRING_LOCKED, AMFA_ERROR_KEYRING_FAILED, AMFA_ERROR_KEYRING_ABSENT,
  };
  const AmfaLoginResult outcome = { 1767225600, 0, 0 };

  end_prepare_well ();
  send (f, "123456");
  fake_login_set_can_retry (TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      GtkWidget *again;

      fail (errors[i]);
      again = find_by_name (f->dialog, "Try again");
      g_assert_true (again && can_be_pressed (again));
      g_assert_true (is_focus (f, again));
      press_key (f->dialog, i % 2 ? GDK_KEY_Return : GDK_KEY_space, 0);
      await (fake_login_count_retries () == i + 1);
    }
  g_assert_cmpuint (fake_login_count_starts (), ==, 1);
  fake_login_end_start (NULL, &outcome);
  g_assert_null (f->dialog);
  g_assert_cmpuint (f->n_granted, ==, 1);
}

/* The code is used up: Enter in its entry means the same as "Try again"; another code is sent. */
static void
test_granted_code_is_not_sent_twice (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  send (f, "123456");
  fake_login_set_can_retry (TRUE);
  fail (AMFA_ERROR_BUSY);
  gtk_widget_grab_focus (f->code);
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_cmpuint (fake_login_count_retries (), ==, 1);
  g_assert_cmpuint (fake_login_count_starts (), ==, 1);
  fail (AMFA_ERROR_BUSY);
  gtk_widget_grab_focus (f->code);
  send (f, "654321");
  g_assert_cmpuint (fake_login_count_starts (), ==, 2);
  fail (AMFA_ERROR_CODE_REFUSED);
  g_assert_null (find_by_name (f->dialog, "Try again"));
}

static void
test_local_error_before_the_grant (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  send (f, "123456");
  fail (AMFA_ERROR_KEYRING_LOCKED);
  g_assert_null (find_by_name (f->dialog, "Try again"));
  g_assert_true (is_focus (f, f->code) && code_is_selected (f));
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_cmpuint (fake_login_count_starts (), ==, 2);
}

static void
test_errors_are_reachable (Fixture *f, gconstpointer data)
{
  GtkWidget *sentence, *alert;
  AtkRelationSet *relations = atk_object_ref_relation_set (gtk_widget_get_accessible (f->code));
  AtkRelation *described =
      atk_relation_set_get_relation_by_type (relations, ATK_RELATION_DESCRIBED_BY);

  end_prepare_well ();
  send (f, "123456");
  fail (AMFA_ERROR_NETWORK);
  sentence = find_by_type (get_bar (f), GTK_TYPE_LABEL);
  g_assert_true (gtk_label_get_selectable (GTK_LABEL (sentence)));
  alert = gtk_widget_get_parent (sentence);
  g_assert_cmpint (role_of (get_bar (f)), ==, ATK_ROLE_INFO_BAR);
  g_assert_cmpint (role_of (alert), ==, ATK_ROLE_ALERT);
  g_assert_cmpstr (name_of (alert), ==, gtk_label_get_text (GTK_LABEL (sentence)));
  g_assert_nonnull (described);
  g_assert_true (g_ptr_array_index (atk_relation_get_target (described), 0) ==
                 gtk_widget_get_accessible (sentence));
  g_object_unref (relations);

  for (guint i = 0; i < 8 && !is_focus (f, sentence); i++)
    press_key (f->dialog, GDK_KEY_Tab, 0);
  g_assert_true (is_focus (f, sentence));
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_null (f->dialog);
}

static void
test_bad_input_is_said (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  press_key (f->dialog, GDK_KEY_x, 0);
  g_assert_true (has_text (get_bar (f), "six digits"));
  press_key (f->dialog, GDK_KEY_1, 0);
  g_assert_false (is_seen (get_bar (f)));
}

/* --- the other pages --- */

static void
test_device_is_asked_for (Fixture *f, gconstpointer data)
{
  GtkWidget *fido;
  const AmfaError code = (AmfaError) GPOINTER_TO_INT (data);

  end_prepare_well ();
  send (f, "123456");
  fake_login_add_device (ALICE);
  fake_login_add_device ("arn:aws:iam::123456789012:u2f/user/alice/label-ID");
  fake_login_add_device (PHONE);
  fail (code);

  g_assert_true (is_seen (get_bar (f)));
  g_assert_nonnull (find_by_name (f->dialog, "alice (virtual), since 2026-01-01"));
  g_assert_true (is_focus (f, find_by_name (f->dialog, "alice (virtual), since 2026-01-01")));
  fido = find_by_name (f->dialog,
                       "label-ID (FIDO): security keys and passkeys work in the AWS console only");
  g_assert_false (can_be_pressed (fido));
  /* The keys go by where the buttons are. */
  await (gtk_widget_get_allocated_height (
             find_by_name (f->dialog, "phone (virtual), since 2026-01-01")) > 1);
  press_key (f->dialog, GDK_KEY_Down, 0);
  g_assert_true (is_focus (f, find_by_name (f->dialog, "phone (virtual), since 2026-01-01")));
  press_key (f->dialog, GDK_KEY_Return, 0);
  await (is_seen (f->code));
  g_assert_cmpstr (fake_login_get_serial (), ==, PHONE);

  /* The code was not used up and waits. */
  g_assert_true (is_focus (f, f->code) && code_is_selected (f));
  g_assert_false (is_seen (get_bar (f)));
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_cmpuint (fake_login_count_starts (), ==, 2);
  g_assert_cmpstr (fake_login_get_code (), ==, "123456");
}

static void
test_serial_is_checked (Fixture *f, gconstpointer data)
{
  GtkWidget *serial, *use;

  end_prepare_well ();
  fake_login_get_plan ()->serial = NULL;
  press_key (f->dialog, GDK_KEY_h, GDK_MOD1_MASK);
  await (!is_seen (f->code));
  serial = find_by_name (f->dialog, "Serial number or ARN");
  use = find_by_name (f->dialog, "Use device");
  g_assert_true (is_focus (f, serial));
  g_assert_false (can_be_pressed (use));
  gtk_entry_set_text (GTK_ENTRY (serial), "arn:aws:iam::123456789012:user/alice");
  g_assert_false (can_be_pressed (use));
  gtk_entry_set_text (GTK_ENTRY (serial), "arn:aws:iam::123456789012:u2f/user/alice/k-ID");
  g_assert_false (can_be_pressed (use));
  g_assert_true (has_text (f->dialog, "security key"));
  gtk_entry_set_text (GTK_ENTRY (serial), "arn:aws:iam::210987654321:mfa/alice");
  g_assert_false (can_be_pressed (use));
  g_assert_true (has_text (f->dialog, "belongs to account 123456789012"));
  gtk_entry_set_text (GTK_ENTRY (serial), "arn:aws-cn:iam::123456789012:mfa/alice");
  g_assert_false (can_be_pressed (use));
  g_assert_true (has_text (f->dialog, "belongs to partition aws."));
  gtk_entry_set_text (GTK_ENTRY (serial), " GAHT12345678\n");
  g_assert_true (can_be_pressed (use));
  press_key (f->dialog, GDK_KEY_Return, 0);
  await (is_seen (f->code));
  g_assert_cmpstr (fake_login_get_serial (), ==, "GAHT12345678");
  g_assert_true (has_text (f->dialog, "GAHT12345678 (hardware)"));
}

static void
test_several_devices_are_offered_at_once (Fixture *f, gconstpointer data)
{
  AmfaLoginPlan *plan = fake_login_get_plan ();

  type_code (f, "123456");
  press_key (f->dialog, GDK_KEY_Return, 0);
  plan->origin = AMFA_BASE_FILE;
  plan->key_id = KEY_ID;
  fake_login_add_device (ALICE);
  fake_login_add_device (PHONE);
  fake_login_end_prepare (NULL);
  g_assert_cmpuint (fake_login_count_starts (), ==, 0);
  g_assert_nonnull (find_by_name (f->dialog, "phone (virtual), since 2026-01-01"));
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_true (is_focus (f, f->code));
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (f->code)), ==, "123456");
}

#define FIDO "arn:aws:iam::123456789012:u2f/user/alice/label-ID"
#define FIDO_LABEL "label-ID (FIDO): security keys and passkeys work in the AWS console only"

static void
change_device (Fixture *f)
{
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Change…")));
  settle ();
}

static void
end_list_well (void)
{
  fake_login_add_device (PHONE);
  fake_login_add_device (FIDO);
  fake_login_add_device (ALICE);
  fake_login_end_list (NULL);
}

static gboolean
is_chosen (Fixture *f, const char *label)
{
  GtkWidget *button = find_by_name (f->dialog, label);

  return button && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button));
}

static gboolean
is_waiting (Fixture *f)
{
  GtkWidget *spinner =
      find_by_type (find_by_type (f->dialog, AMFA_TYPE_DEVICE_CHOOSER), GTK_TYPE_SPINNER);

  return is_seen (spinner) && has_text (f->dialog, "Asking AWS for your devices…");
}

/* What is known at once, the rest when it is there. */
static void
test_devices_are_listed (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  change_device (f);
  g_assert_true (fake_login_is_listing ());
  g_assert_true (is_waiting (f));
  g_assert_true (is_chosen (f, "alice (virtual)"));
  g_assert_true (is_focus (f, find_by_name (f->dialog, "alice (virtual)")));
  g_assert_nonnull (find_by_name (f->dialog, "Serial number or ARN"));
  g_assert_true (can_be_pressed (find_by_name (f->dialog, "Use device")));

  end_list_well ();
  g_assert_false (is_waiting (f));
  g_assert_true (is_chosen (f, "alice (virtual), since 2026-01-01"));
  g_assert_true (is_focus (f, find_by_name (f->dialog, "alice (virtual), since 2026-01-01")));
  g_assert_false (can_be_pressed (find_by_name (f->dialog, FIDO_LABEL)));
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "phone (virtual), since 2026-01-01")));
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Use device")));
  g_assert_cmpstr (fake_login_get_serial (), ==, PHONE);

  /* AWS has told already. */
  change_device (f);
  g_assert_false (fake_login_is_listing ());
  g_assert_true (is_chosen (f, "phone (virtual), since 2026-01-01"));
}

static void
test_list_leaves_what_is_typed (Fixture *f, gconstpointer data)
{
  GtkWidget *serial;

  end_prepare_well ();
  change_device (f);
  serial = find_by_name (f->dialog, "Serial number or ARN");
  gtk_widget_grab_focus (serial);
  press_key (f->dialog, GDK_KEY_G, 0);
  press_key (f->dialog, GDK_KEY_A, 0);
  end_list_well ();
  press_key (f->dialog, GDK_KEY_H, 0);
  g_assert_true (is_focus (f, serial));
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (serial)), ==, "GAH");
  g_assert_true (is_chosen (f, "Another device:"));
}

/* Without a device in use the focus waits in the entry, and what is typed there counts. */
static void
test_list_comes_before_typing (Fixture *f, gconstpointer data)
{
  GtkWidget *serial;

  end_prepare_well ();
  fake_login_get_plan ()->serial = NULL;
  change_device (f);
  serial = find_by_name (f->dialog, "Serial number or ARN");
  g_assert_true (is_focus (f, serial));
  end_list_well ();
  g_assert_true (is_focus (f, serial));
  g_assert_true (is_chosen (f, "phone (virtual), since 2026-01-01"));
  press_key (f->dialog, GDK_KEY_G, 0);
  g_assert_true (is_chosen (f, "Another device:"));
}

static void
test_no_list (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  change_device (f);
  fake_login_end_list (new_error (AMFA_ERROR_NOT_ALLOWED));
  g_assert_false (is_waiting (f));
  g_assert_true (has_text (f->dialog, "AWS does not allow this user to list MFA devices."));
  gtk_entry_set_text (GTK_ENTRY (find_by_name (f->dialog, "Serial number or ARN")), PHONE);
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Use device")));
  g_assert_cmpstr (fake_login_get_serial (), ==, PHONE);
  change_device (f);
  g_assert_true (is_waiting (f));
  fake_login_end_list (new_error (AMFA_ERROR_KEYRING_LOCKED));
  g_assert_true (has_text (f->dialog, "Your keyring is locked."));
  g_assert_true (is_chosen (f, "phone (virtual)"));
}

static void
test_list_is_stopped (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  for (guint i = 0; i < 2; i++)
    {
      change_device (f);
      g_assert_true (is_waiting (f));
      press_key (f->dialog, GDK_KEY_Escape, 0);
      g_assert_false (fake_login_is_listing ());
      g_assert_true (is_focus (f, f->code));
    }
  change_device (f);
  gtk_widget_destroy (f->dialog);
  settle ();
  g_assert_null (fake_login_get ());
}

/* AWS lists nothing that works, or not the device in use. */
static void
test_list_without_the_device (Fixture *f, gconstpointer data)
{
  const gboolean has_other = GPOINTER_TO_INT (data);

  end_prepare_well ();
  change_device (f);
  if (has_other)
    fake_login_add_device (PHONE);
  fake_login_add_device (FIDO);
  fake_login_get_plan ()->n_fido = 1;
  fake_login_end_list (NULL);
  g_assert_false (can_be_pressed (find_by_name (f->dialog, FIDO_LABEL)));
  g_assert_true (has_other == is_chosen (f, "phone (virtual), since 2026-01-01"));
  g_assert_true (has_other != has_text (f->dialog, "no MFA device that works with the AWS API"));
  g_assert_true (has_other == can_be_pressed (find_by_name (f->dialog, "Use device")));
}

static void
test_keys_are_asked_for (Fixture *f, gconstpointer data)
{
  GtkWidget *key_id, *secret, *next;
  AmfaCredentials *base;

  fake_login_get_plan ()->origin = AMFA_BASE_NONE;
  fake_login_end_prepare (NULL);
  key_id = find_by_name (f->dialog, "Access key ID");
  secret = find_by_name (f->dialog, "Secret access key");
  next = find_by_name (f->dialog, "Continue");
  g_assert_true (is_focus (f, key_id));
  g_assert_cmpint (role_of (secret), ==, ATK_ROLE_PASSWORD_TEXT);
  g_assert_false (can_be_pressed (next));

  gtk_entry_set_text (GTK_ENTRY (key_id), "ASIAIOSFODNN7EXAMPLE");
  gtk_entry_set_text (GTK_ENTRY (secret), " wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n");
  g_assert_false (can_be_pressed (next));
  g_assert_true (has_text (f->dialog, "temporary"));
  gtk_entry_set_text (GTK_ENTRY (key_id), KEY_ID " ");
  g_assert_true (can_be_pressed (next));
  press_key (f->dialog, GDK_KEY_Return, 0);
  await (is_seen (f->code));

  base = fake_login_get_base ();
  g_assert_cmpstr (amfa_credentials_get_key_id (base), ==, KEY_ID);
  g_assert_cmpstr (amfa_secret_peek (amfa_credentials_get_secret (base)), ==,
                   "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (secret)), ==, "");
  g_assert_true (fake_login_is_preparing ());
  g_assert_true (is_focus (f, f->code));
  fake_login_get_plan ()->origin = AMFA_BASE_TYPED;
  fake_login_get_plan ()->key_id = KEY_ID;
  fake_login_end_prepare (NULL);
  g_assert_true (is_focus (f, f->code));
}

static void
test_wrong_secret_offers_the_form (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  send (f, "123456");
  fail (AMFA_ERROR_SECRET_WRONG);
  g_assert_true (is_focus (f, f->code));
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Enter keys…")));
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Secret access key")));
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (find_by_name (f->dialog, "Access key ID"))), ==,
                   KEY_ID);
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_true (is_focus (f, f->code));
}

static void
test_no_keys_error_opens_the_form (Fixture *f, gconstpointer data)
{
  const AmfaError code = (AmfaError) GPOINTER_TO_INT (data);

  fake_login_end_prepare (NULL);
  send (f, "123456");
  fail (code);
  g_assert_true (is_seen (get_bar (f)));
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Access key ID")));
}

/* --- the account --- */

static GError *
new_account_error (void)
{
  AmfaLoginPlan *plan = fake_login_get_plan ();

  plan->origin = AMFA_BASE_FILE;
  plan->key_id = KEY_ID;
  plan->account = "210987654321";
  plan->arn = "arn:aws:iam::210987654321:user/bob";
  return amfa_error_new (AMFA_ERROR_ACCOUNT_CHANGED,
                         &(AmfaErrorDetails){ .subject = "210987654321", .other = "123456789012" });
}

static void
test_account_is_asked_about (Fixture *f, gconstpointer data)
{
  fake_login_end_prepare (new_account_error ());
  g_assert_true (has_text (get_bar (f), "210987654321"));
  g_assert_true (has_text (get_bar (f), "123456789012"));
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Cancel")));
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Use the new account")));
  g_assert_cmpstr (fake_login_get_account (), ==, "210987654321");
  g_assert_false (is_seen (get_bar (f)));
  g_assert_true (is_focus (f, f->code));
  g_assert_true (fake_login_is_preparing ());
  fake_login_end_prepare (NULL);
  g_assert_cmpuint (fake_login_count_starts (), ==, 0);
  send (f, "123456");
}

/* Enter is a no. */
static void
test_account_is_declined (Fixture *f, gconstpointer data)
{
  fake_login_end_prepare (new_account_error ());
  press_key (f->dialog, GDK_KEY_Return, 0);
  await (!f->dialog);
}

/* Half a code goes on; a whole one meets the question. */
static void
test_account_does_not_interrupt (Fixture *f, gconstpointer data)
{
  press_key (f->dialog, GDK_KEY_1, 0);
  fake_login_end_prepare (new_account_error ());
  press_key (f->dialog, GDK_KEY_2, 0);
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (f->code)), ==, "12");
  send (f, "123456");
  fake_login_end_start (new_account_error (), NULL);
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Cancel")));
  g_assert_null (fake_login_get_account ());
}

/* A code that was on its way goes once the question is answered. */
static void
test_code_waits_for_the_account (Fixture *f, gconstpointer data)
{
  const gboolean is_sent = GPOINTER_TO_INT (data);

  if (is_sent)
    end_prepare_well ();
  type_code (f, "123456");
  press_key (f->dialog, GDK_KEY_Return, 0);
  if (is_sent)
    fake_login_end_start (new_account_error (), NULL);
  else
    fake_login_end_prepare (new_account_error ());
  g_assert_cmpuint (fake_login_count_starts (), ==, is_sent);
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Cancel")));
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Use the new account")));
  fake_login_end_prepare (NULL);
  g_assert_cmpuint (fake_login_count_starts (), ==, is_sent + 1);
  g_assert_cmpstr (fake_login_get_code (), ==, "123456");
}

/* --- what is said --- */

/* The profile's command */

static void
end_prepare_with_command (const char *command_line)
{
  fake_login_get_plan ()->code_command = command_line;
  end_prepare_well ();
}

static GtkWidget *
get_fetcher (Fixture *f)
{
  return find_by_type (f->dialog, AMFA_TYPE_CODE_FETCHER);
}

static void
test_command_prints_the_code (Fixture *f, gconstpointer data)
{
  g_assert_false (is_seen (get_fetcher (f)));
  end_prepare_with_command ("printf 042042");
  g_assert_true (is_seen (get_fetcher (f)));
  /* It may have been quick. */
  g_assert_true (fake_login_is_sending () ||
                 has_text (get_fetcher (f), "Waiting for the code from “printf”…"));
  await (fake_login_is_sending ());
  g_assert_cmpstr (fake_login_get_code (), ==, "042042");

  /* A wrong one is not fetched again unless the user wants it. */
  fail (AMFA_ERROR_CODE_REFUSED);
  g_assert_true (has_text (get_fetcher (f), "The code can come from “printf”."));
  g_assert_true (is_focus (f, f->code));
  gtk_button_clicked (GTK_BUTTON (find_by_name (get_fetcher (f), "Get code")));
  await (fake_login_is_sending ());
  g_assert_cmpuint (fake_login_count_starts (), ==, 2);
}

static void
test_no_command (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  g_assert_false (is_seen (get_fetcher (f)));
}

static void
test_command_fails (Fixture *f, gconstpointer data)
{
  end_prepare_with_command ("sh -c 'echo no key is plugged in >&2; exit 1'");
  await (is_seen (get_bar (f)));
  g_assert_true (has_text (get_bar (f), "“sh” gave no code: no key is plugged in"));
  g_assert_true (is_focus (f, f->code));
  g_assert_false (fake_login_is_sending ());
  send (f, "123456");
  g_assert_cmpstr (fake_login_get_code (), ==, "123456");
}

/* What is typed wins, from the first digit on. */
static void
test_typing_beats_the_command (Fixture *f, gconstpointer data)
{
  type_code (f, "1");
  end_prepare_with_command ("printf 042042");
  g_assert_true (has_text (get_fetcher (f), "The code can come from “printf”."));
  gtk_entry_set_text (GTK_ENTRY (f->code), "");
  gtk_button_clicked (GTK_BUTTON (find_by_name (get_fetcher (f), "Get code")));
  type_code (f, "2");
  g_assert_true (has_text (get_fetcher (f), "The code can come from “printf”."));
  send (f, "234567");
  g_assert_cmpstr (fake_login_get_code (), ==, "234567");
  g_assert_cmpuint (fake_login_count_starts (), ==, 1);
}

static void
test_command_is_stopped (Fixture *f, gconstpointer data)
{
  end_prepare_with_command ("sleep 600");
  g_assert_nonnull (find_by_name (get_fetcher (f), "Stop"));
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_nonnull (find_by_name (get_fetcher (f), "Get code"));
  g_assert_false (is_seen (get_bar (f)));
  gtk_button_clicked (GTK_BUTTON (find_by_name (get_fetcher (f), "Get code")));
  gtk_button_clicked (GTK_BUTTON (find_by_name (get_fetcher (f), "Stop")));
  g_assert_nonnull (find_by_name (get_fetcher (f), "Get code"));
  press_key (f->dialog, GDK_KEY_Escape, 0);
  g_assert_null (f->dialog);
}

static void
test_command_waits_for_the_device (Fixture *f, gconstpointer data)
{
  AmfaLoginPlan *plan = fake_login_get_plan ();

  fake_login_add_device (ALICE);
  fake_login_add_device (PHONE);
  plan->origin = AMFA_BASE_KEYRING;
  plan->code_command = "printf 042042";
  fake_login_end_prepare (NULL);
  g_assert_false (is_seen (get_fetcher (f)));
  gtk_dialog_response (GTK_DIALOG (f->dialog), GTK_RESPONSE_OK);
  await (fake_login_is_sending ());
  g_assert_cmpstr (fake_login_get_code (), ==, "042042");
}

static void
test_plan_is_shown (Fixture *f, gconstpointer data)
{
  AmfaLoginPlan *plan = fake_login_get_plan ();

  g_assert_true (has_text (f->dialog, "Account unknown yet"));
  plan->origin = AMFA_BASE_FILE;
  plan->key_id = KEY_ID;
  plan->other_key_id = "AKIAI44QH8DHBEXAMPLE";
  plan->account = "123456789012";
  plan->arn = "arn:aws:iam::123456789012:user/division/alice";
  plan->serial = ALICE;
  fake_login_end_prepare (NULL);
  g_assert_true (has_text (f->dialog, "alice"));
  g_assert_true (has_text (f->dialog, "Account 123456789012"));
  g_assert_true (has_text (f->dialog, KEY_ID));
  g_assert_true (has_text (f->dialog, "AKIAI44QH8DHBEXAMPLE"));
  g_assert_true (has_text (f->dialog, "only copy"));
  g_assert_true (has_text (f->dialog, "alice (virtual)"));
}

static void
test_names_for_assistive_technology (Fixture *f, gconstpointer data)
{
  AtkRelationSet *relations = atk_object_ref_relation_set (gtk_widget_get_accessible (f->code));

  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (f->dialog)), ==, "Enter MFA code");
  g_assert_cmpint (role_of (f->dialog), ==, ATK_ROLE_DIALOG);
  g_assert_cmpstr (name_of (f->code), ==, "MFA code");
  g_assert_cmpint (role_of (f->code), ==, ATK_ROLE_TEXT);
  g_assert_true (atk_relation_set_contains (relations, ATK_RELATION_LABELLED_BY));
  g_assert_nonnull (find_by_name (f->dialog, "Cancel"));
  g_assert_nonnull (find_by_name (f->dialog, "Change…"));
  g_assert_cmpint (role_of (find_by_name (f->dialog, "Start session")), ==, ATK_ROLE_PUSH_BUTTON);
  g_object_unref (relations);
}

/* Every stop of the Tab key, and every mnemonic, from the code on. */
static void
test_keyboard_walk (Fixture *f, gconstpointer data)
{
  end_prepare_well ();
  type_code (f, "123456");
  g_assert_true (is_focus (f, f->code));
  press_key (f->dialog, GDK_KEY_Tab, 0);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (f->dialog)),
                                         find_by_type (f->dialog, AMFA_TYPE_DURATION_COMBO)));
  press_key (f->dialog, GDK_KEY_Tab, 0);
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Cancel")));
  press_key (f->dialog, GDK_KEY_Tab, 0);
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Start session")));
  press_key (f->dialog, GDK_KEY_Tab, 0);
  g_assert_true (is_focus (f, find_by_name (f->dialog, "Change…")));
  press_key (f->dialog, GDK_KEY_Tab, 0);
  g_assert_true (is_focus (f, f->code));

  press_key (f->dialog, GDK_KEY_v, GDK_MOD1_MASK);
  g_assert_false (is_focus (f, f->code));
  press_key (f->dialog, GDK_KEY_m, GDK_MOD1_MASK);
  g_assert_true (is_focus (f, f->code));
  press_key (f->dialog, GDK_KEY_s, GDK_MOD1_MASK);
  await (fake_login_is_sending ());
  press_key (f->dialog, GDK_KEY_c, GDK_MOD1_MASK);
  await (!fake_login_is_sending ());
}

#define add(path, data, function)                                                                  \
  g_test_add ("/token-dialog/" path, Fixture, (gconstpointer) (gintptr) (data), set_up, function,  \
              tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  add ("enter-sends", 0, test_enter_sends);
  add ("only-a-whole-code-can-be-sent", 0, test_only_a_whole_code_can_be_sent);
  add ("one-request-at-a-time", 0, test_one_request_at_a_time);
  add ("code-waits-for-prepare", 0, test_code_waits_for_prepare);
  add ("waiting-code-is-taken-back", 0, test_waiting_code_is_taken_back);
  add ("typing-goes-on-while-preparing", 0, test_typing_goes_on_while_preparing);
  add ("connects-early", 0, test_connects_early);
  add ("duration", 0, test_duration);
  add ("duration-of-root", 0, test_duration_of_root);
  add ("duration-by-default", NULL, test_duration_is_remembered);
  add ("duration-of-the-user", "user", test_duration_is_remembered);
  add ("duration-of-the-config", "config", test_duration_is_remembered);
  add ("duration-of-the-role", "role", test_duration_is_remembered);
  add ("configured-duration", 0, test_configured_duration);
  add ("no-roles", 0, test_no_roles);
  add ("identity", 0, test_identity);
  add ("identity-is-chosen-twice", 0, test_identity_is_chosen_twice);
  add ("role-with-its-own-duration", 0, test_role_with_its_own_duration);
  add ("role-is-unusable", 0, test_role_is_unusable);
  add ("role-is-refused", 0, test_role_is_refused);
  add ("escape-cancels-then-closes", 0, test_escape_cancels_then_closes);
  add ("escape-that-takes-long/refused", GINT_TO_POINTER (FALSE), test_escape_that_takes_long);
  add ("escape-that-takes-long/granted", GINT_TO_POINTER (TRUE), test_escape_that_takes_long);
  add ("escape-and-another-code", 0, test_escape_and_another_code);
  add ("escape-while-preparing/at-once", GINT_TO_POINTER (FALSE), test_escape_while_preparing);
  add ("escape-while-preparing/with-a-code", GINT_TO_POINTER (TRUE), test_escape_while_preparing);
  add ("close-in-flight-cancels", 0, test_close_in_flight_cancels);
  add ("closed-during-the-commit", close_window, test_closed_during_the_commit);
  add ("escaped-during-the-commit", escape_twice, test_closed_during_the_commit);
  add ("closed-before-a-local-failure", 0, test_closed_before_a_local_failure);
  add ("closed-before-a-refusal", 0, test_closed_before_a_refusal);
  add ("closed-and-back", 0, test_closed_and_back);
  add ("finish-in-the-commit", TRUE, test_finish);
  add ("finish-before-a-failure", FALSE, test_finish);
  add ("finish-at-rest", 0, test_finish_at_rest);
  add ("cancel-button-closes", 0, test_cancel_button_closes);
  add ("refused-code", 0, test_refused_code);
  add ("countdown-rests-when-hidden", 0, test_countdown_rests_when_hidden);
  add ("retry-needs-no-code", 0, test_retry_needs_no_code);
  add ("granted-code-is-not-sent-twice", 0, test_granted_code_is_not_sent_twice);
  add ("local-error-before-the-grant", 0, test_local_error_before_the_grant);
  add ("errors-are-reachable", 0, test_errors_are_reachable);
  add ("bad-input-is-said", 0, test_bad_input_is_said);
  add ("device-unknown", AMFA_ERROR_DEVICE_UNKNOWN, test_device_is_asked_for);
  add ("device-refused", AMFA_ERROR_DEVICE_REFUSED, test_device_is_asked_for);
  add ("device-configured-wrong", AMFA_ERROR_BAD_SERIAL, test_device_is_asked_for);
  add ("serial-is-checked", 0, test_serial_is_checked);
  add ("several-devices-are-offered-at-once", 0, test_several_devices_are_offered_at_once);
  add ("devices-are-listed", 0, test_devices_are_listed);
  add ("list-leaves-what-is-typed", 0, test_list_leaves_what_is_typed);
  add ("list-comes-before-typing", 0, test_list_comes_before_typing);
  add ("no-list", 0, test_no_list);
  add ("list-is-stopped", 0, test_list_is_stopped);
  add ("list-without-any", FALSE, test_list_without_the_device);
  add ("list-without-the-device", TRUE, test_list_without_the_device);
  add ("keys-are-asked-for", 0, test_keys_are_asked_for);
  add ("wrong-secret-offers-the-form", 0, test_wrong_secret_offers_the_form);
  add ("no-keys", AMFA_ERROR_NO_KEYS, test_no_keys_error_opens_the_form);
  add ("base-lost", AMFA_ERROR_BASE_LOST, test_no_keys_error_opens_the_form);
  add ("account-is-asked-about", 0, test_account_is_asked_about);
  add ("account-is-declined", 0, test_account_is_declined);
  add ("account-does-not-interrupt", 0, test_account_does_not_interrupt);
  add ("code-waits-for-the-account", FALSE, test_code_waits_for_the_account);
  add ("sent-code-waits-for-the-account", TRUE, test_code_waits_for_the_account);
  add ("command-prints-the-code", 0, test_command_prints_the_code);
  add ("no-command", 0, test_no_command);
  add ("command-fails", 0, test_command_fails);
  add ("typing-beats-the-command", 0, test_typing_beats_the_command);
  add ("command-is-stopped", 0, test_command_is_stopped);
  add ("command-waits-for-the-device", 0, test_command_waits_for_the_device);
  add ("plan-is-shown", 0, test_plan_is_shown);
  add ("names-for-assistive-technology", 0, test_names_for_assistive_technology);
  add ("keyboard-walk", 0, test_keyboard_walk);

  return g_test_run ();
}
