#define G_LOG_DOMAIN "amfa-identity-combo"

#include "identity-combo.h"

#include "combo-choices.h"
#include "role-text.h"

struct _AmfaIdentityCombo
{
  GtkComboBoxText parent_instance;

  GStrv offered; /* ids and labels by turns; nullable */
};

G_DEFINE_FINAL_TYPE (AmfaIdentityCombo, amfa_identity_combo, GTK_TYPE_COMBO_BOX_TEXT)

static void
amfa_identity_combo_constructed (GObject *object)
{
  G_OBJECT_CLASS (amfa_identity_combo_parent_class)->constructed (object);
  amfa_combo_choices_set_up (GTK_COMBO_BOX (object));
}

static void
amfa_identity_combo_finalize (GObject *object)
{
  g_strfreev (AMFA_IDENTITY_COMBO (object)->offered);
  G_OBJECT_CLASS (amfa_identity_combo_parent_class)->finalize (object);
}

static void
amfa_identity_combo_class_init (AmfaIdentityComboClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = amfa_identity_combo_constructed;
  G_OBJECT_CLASS (klass)->finalize = amfa_identity_combo_finalize;
}

static void
amfa_identity_combo_init (AmfaIdentityCombo *self)
{
}

/* Returns: (transfer full): ids and labels by turns */
static GStrv
list_identities (const AmfaLoginPlan *plan)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *user = amfa_role_text_user (plan->arn);

  g_strv_builder_add_many (builder, AMFA_ROLE_NONE, user, NULL);
  for (guint i = 0; plan->roles && i < plan->roles->len; i++)
    {
      const AmfaRole *role = g_ptr_array_index (plan->roles, i);
      g_autofree char *label = amfa_role_text_role (role);

      g_strv_builder_add_many (builder, role->arn, label, NULL);
    }
  return g_strv_builder_end (builder);
}

/**
 * amfa_identity_combo_set_plan:
 * @self: the combo
 * @plan: its roles are offered, its identity is chosen
 */
void
amfa_identity_combo_set_plan (AmfaIdentityCombo *self, const AmfaLoginPlan *plan)
{
  g_return_if_fail (AMFA_IS_IDENTITY_COMBO (self) && plan != NULL);

  amfa_combo_choices_offer (GTK_COMBO_BOX_TEXT (self), &self->offered, list_identities (plan));
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (self), plan->role ? plan->role : AMFA_ROLE_NONE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), plan->identity);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)),
                              plan->identity ? plan->identity : "");
}

/* Returns: (transfer none): the ARN of the role chosen, %AMFA_ROLE_NONE for the user. */
const char *
amfa_identity_combo_get_role (AmfaIdentityCombo *self)
{
  const char *id;

  g_return_val_if_fail (AMFA_IS_IDENTITY_COMBO (self), NULL);

  id = gtk_combo_box_get_active_id (GTK_COMBO_BOX (self));
  return id ? id : AMFA_ROLE_NONE;
}
