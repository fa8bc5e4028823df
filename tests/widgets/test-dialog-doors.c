#include "token-dialog.h"

#include "code-entry.h"
#include "fake-login.h"
#include "identity-combo.h"
#include "profile-combo.h"
#include "widget-tools.h"

#include "core/io/data-dirs.h"
#include "core/model/error.h"

/* What comes in from outside while the dialog is open, and how it ends without a code: another
 * identity that is at hand, or another profile. */

#define ADMIN "arn:aws:iam::123456789012:role/team/Admin"

typedef struct
{
  AmfaBackend backend;
  GtkWidget *dialog; /* NULL once it is gone */
  GPtrArray *roles;
  char *role;    /* that was switched to */
  char *profile; /* that was chosen */
} Fixture;

static void
keep (char **place, const char *value)
{
  g_free (*place);
  *place = g_strdup (value);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (AmfaDataDirs) dirs = amfa_data_dirs_new ();

  f->backend.settings = amfa_settings_new (dirs->schemas);
  f->roles = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_role_free);
  g_ptr_array_add (f->roles, amfa_role_new (ADMIN));
  f->dialog = GTK_WIDGET (amfa_token_dialog_new (NULL, &f->backend, "default", NULL));
  g_object_add_weak_pointer (G_OBJECT (f->dialog), (gpointer *) &f->dialog);
  g_signal_connect_swapped (f->dialog, "switch-role", G_CALLBACK (keep), &f->role);
  g_signal_connect_swapped (f->dialog, "other-profile", G_CALLBACK (keep), &f->profile);
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
  g_clear_object (&f->backend.settings);
  g_ptr_array_unref (f->roles);
  g_free (f->role);
  g_free (f->profile);
}

/* The login has found out about @role, which is at hand for @seconds. */
static void
end_prepare (Fixture *f, const char *role, gint64 seconds)
{
  AmfaLoginPlan *plan = fake_login_get_plan ();

  plan->origin = AMFA_BASE_KEYRING;
  plan->arn = "arn:aws:iam::123456789012:user/alice";
  plan->roles = f->roles;
  plan->role = role;
  plan->identity = role ? role : plan->arn;
  plan->at_hand_until = seconds ? g_get_real_time () / G_USEC_PER_SEC + seconds : 0;
  fake_login_end_prepare (NULL);
  settle ();
}

static void
type (Fixture *f, const char *text)
{
  gtk_entry_set_text (GTK_ENTRY (find_by_type (f->dialog, AMFA_TYPE_CODE_ENTRY)), text);
  settle ();
}

static gboolean
can_press (Fixture *f, const char *name)
{
  GtkWidget *button = find_by_name (f->dialog, name);

  return button && can_be_pressed (button);
}

static void
test_switch (Fixture *f, gconstpointer data)
{
  end_prepare (f, NULL, 0);
  g_assert_false (can_press (f, "Start session"));
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (find_by_type (f->dialog, AMFA_TYPE_IDENTITY_COMBO)),
                               ADMIN);
  end_prepare (f, ADMIN, 3600);
  g_assert_true (can_press (f, "Switch role"));
  press_key (f->dialog, GDK_KEY_Return, 0);
  settle ();
  g_assert_null (f->dialog);
  g_assert_cmpstr (f->role, ==, ADMIN);
}

static void
test_back_to_the_user (Fixture *f, gconstpointer data)
{
  end_prepare (f, ADMIN, 0);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (find_by_type (f->dialog, AMFA_TYPE_IDENTITY_COMBO)),
                               AMFA_ROLE_NONE);
  end_prepare (f, NULL, 3600);
  gtk_button_clicked (GTK_BUTTON (find_by_name (f->dialog, "Switch role")));
  settle ();
  g_assert_null (f->dialog);
  g_assert_cmpstr (f->role, ==, AMFA_ROLE_NONE);
}

/* Who types a code means a new session. */
static void
test_code_wins (Fixture *f, gconstpointer data)
{
  end_prepare (f, ADMIN, 3600);
  type (f, "1");
  g_assert_null (find_by_name (f->dialog, "Switch role"));
  g_assert_false (can_press (f, "Start session"));
  type (f, "123456");
  g_assert_true (can_press (f, "Start session"));
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_true (fake_login_is_sending ());
  g_assert_null (f->role);
  type (f, "");
  g_assert_false (can_press (f, "Switch role"));
}

static void
test_session_is_over (Fixture *f, gconstpointer data)
{
  end_prepare (f, ADMIN, -1);
  g_assert_false (can_press (f, "Start session"));
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_nonnull (f->dialog);
  g_assert_null (f->role);
}

/* What AWS has refused without a code is not offered without one again. */
static void
test_switch_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) refusal = amfa_error_new (AMFA_ERROR_NOT_ALLOWED, NULL);

  amfa_token_dialog_explain (AMFA_TOKEN_DIALOG (f->dialog), refusal);
  end_prepare (f, ADMIN, 3600);
  g_assert_false (has_text (f->dialog, "without a code"));
  g_assert_true (has_text (f->dialog, "newer MFA code"));
  g_assert_false (can_press (f, "Start session"));
  type (f, "123456");
  g_assert_true (can_press (f, "Start session"));
  type (f, "");

  gtk_combo_box_set_active_id (GTK_COMBO_BOX (find_by_type (f->dialog, AMFA_TYPE_IDENTITY_COMBO)),
                               AMFA_ROLE_NONE);
  end_prepare (f, NULL, 3600);
  g_assert_true (has_text (f->dialog, "without a code"));
  g_assert_true (can_press (f, "Switch role"));
}

static GtkWidget *
get_profiles (Fixture *f)
{
  return find_by_type (f->dialog, AMFA_TYPE_PROFILE_COMBO);
}

static void
set_profiles (Fixture *f, const char *first, const char *second)
{
  const char *const profiles[] = { first, second, NULL };

  amfa_token_dialog_set_profiles (AMFA_TOKEN_DIALOG (f->dialog), profiles);
  settle ();
}

static void
test_other_profile (Fixture *f, gconstpointer data)
{
  g_assert_false (is_seen (get_profiles (f)));
  set_profiles (f, "default", NULL);
  g_assert_false (is_seen (get_profiles (f)));
  set_profiles (f, "default", "work");
  g_assert_true (is_seen (get_profiles (f)));
  g_assert_cmpstr (name_of (get_profiles (f)), ==, "Profile");
  g_assert_cmpstr (gtk_combo_box_get_active_id (GTK_COMBO_BOX (get_profiles (f))), ==, "default");
  g_assert_null (f->profile);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (get_profiles (f)), "work");
  settle ();
  g_assert_null (f->dialog);
  g_assert_cmpstr (f->profile, ==, "work");
}

static char *
dup_choice (GtkWidget *combo)
{
  return gtk_combo_box_text_get_active_text (GTK_COMBO_BOX_TEXT (combo));
}

/* Whatever a name is like, it is one short part of a line; what it names is another matter. */
static void
test_odd_names (Fixture *f, gconstpointer data)
{
  static const char *const name = "\u05e2\u05d1\u05d5\u05d3\u05d4";
  static const char *const shown = "\u2068\u05e2\u05d1\u05d5\u05d3\u05d4\u2069";
  g_autofree char *role_shown = g_strconcat ("Admin · ", shown, NULL);
  g_autofree char *profile = NULL;
  g_autofree char *role = NULL;

  g_free (((AmfaRole *) g_ptr_array_index (f->roles, 0))->profile);
  ((AmfaRole *) g_ptr_array_index (f->roles, 0))->profile = g_strdup (name);
  end_prepare (f, ADMIN, 0);
  role = dup_choice (find_by_type (f->dialog, AMFA_TYPE_IDENTITY_COMBO));
  g_assert_cmpstr (role, ==, role_shown);

  set_profiles (f, name, NULL);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (get_profiles (f)), name);
  profile = dup_choice (get_profiles (f));
  g_assert_cmpstr (profile, ==, shown);
  settle ();
  g_assert_cmpstr (f->profile, ==, name);
}

/* Its own is offered, whatever the tray lists; and a list that changes chooses nothing. */
static void
test_profile_of_its_own (Fixture *f, gconstpointer data)
{
  set_profiles (f, "work", NULL);
  g_assert_true (is_seen (get_profiles (f)));
  set_profiles (f, "work", "more");
  g_assert_cmpstr (gtk_combo_box_get_active_id (GTK_COMBO_BOX (get_profiles (f))), ==, "default");
  g_assert_null (f->profile);
}

/* Not while a code is under way, and without taking what is typed. */
static void
test_look_again (Fixture *f, gconstpointer data)
{
  AmfaTokenDialog *dialog = AMFA_TOKEN_DIALOG (f->dialog);

  end_prepare (f, NULL, 0);
  type (f, "12");
  amfa_token_dialog_look_again (dialog);
  g_assert_true (fake_login_is_preparing ());
  end_prepare (f, NULL, 0);
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (find_by_type (f->dialog, AMFA_TYPE_CODE_ENTRY))),
                   ==, "12");
  type (f, "123456");
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_true (fake_login_is_sending ());
  amfa_token_dialog_look_again (dialog);
  g_assert_false (fake_login_is_preparing ());
}

static void
test_profile_while_sending (Fixture *f, gconstpointer data)
{
  set_profiles (f, "default", "work");
  end_prepare (f, NULL, 0);
  type (f, "123456");
  press_key (f->dialog, GDK_KEY_Return, 0);
  g_assert_true (fake_login_is_sending ());
  g_assert_false (gtk_widget_is_sensitive (get_profiles (f)));
}

static void
add (const char *path, void (*test) (Fixture *f, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  add ("/dialog-doors/switch", test_switch);
  add ("/dialog-doors/back-to-the-user", test_back_to_the_user);
  add ("/dialog-doors/code-wins", test_code_wins);
  add ("/dialog-doors/switch-is-refused", test_switch_is_refused);
  add ("/dialog-doors/session-is-over", test_session_is_over);
  add ("/dialog-doors/other-profile", test_other_profile);
  add ("/dialog-doors/odd-names", test_odd_names);
  add ("/dialog-doors/profile-of-its-own", test_profile_of_its_own);
  add ("/dialog-doors/profile-while-sending", test_profile_while_sending);
  add ("/dialog-doors/look-again", test_look_again);
  return g_test_run ();
}
