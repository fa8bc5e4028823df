#define G_LOG_DOMAIN "amfa-busy-button"

#include "busy-button.h"

struct _AmfaBusyButton
{
  GtkButton parent_instance;

  GtkStack *stack;
  GtkLabel *label;
  GtkSpinner *spinner;
};

G_DEFINE_FINAL_TYPE (AmfaBusyButton, amfa_busy_button, GTK_TYPE_BUTTON)

static void
amfa_busy_button_class_init (AmfaBusyButtonClass *klass)
{
}

static void
amfa_busy_button_init (AmfaBusyButton *self)
{
  /* A stack is as big as its biggest child: the button keeps its size. */
  self->stack = GTK_STACK (gtk_stack_new ());
  self->label = GTK_LABEL (gtk_label_new (NULL));
  self->spinner = GTK_SPINNER (gtk_spinner_new ());

  gtk_label_set_mnemonic_widget (self->label, GTK_WIDGET (self));
  gtk_container_add (GTK_CONTAINER (self->stack), GTK_WIDGET (self->label));
  gtk_container_add (GTK_CONTAINER (self->stack), GTK_WIDGET (self->spinner));
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (self->stack));
  gtk_widget_show_all (GTK_WIDGET (self->stack));
}

void
amfa_busy_button_set_text (AmfaBusyButton *self, const char *mnemonic)
{
  g_return_if_fail (AMFA_IS_BUSY_BUTTON (self));

  gtk_label_set_text_with_mnemonic (self->label, mnemonic);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)),
                       gtk_label_get_text (self->label));
}

void
amfa_busy_button_set_busy (AmfaBusyButton *self, gboolean busy)
{
  g_return_if_fail (AMFA_IS_BUSY_BUTTON (self));

  g_object_set (self->spinner, "active", busy, NULL);
  gtk_stack_set_visible_child (
      self->stack, GTK_WIDGET (busy ? (gpointer) self->spinner : (gpointer) self->label));
}
