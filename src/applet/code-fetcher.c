#define G_LOG_DOMAIN "amfa-code-fetcher"

#include "code-fetcher.h"

#include "core/io/code-command.h"
#include "core/model/error.h"
#include "core/model/secret.h"

#include <glib/gi18n.h>

struct _AmfaCodeFetcher
{
  GtkBox parent_instance;

  char *command_line; /* nullable */
  char *program;
  GCancellable *cancellable; /* while it runs */
  gboolean has_run;          /* without being told to */

  GtkSpinner *spinner;
  GtkLabel *label;
  GtkButton *button;
};

enum
{
  SIGNAL_FETCHED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaCodeFetcher, amfa_code_fetcher, GTK_TYPE_BOX)

static void
update (AmfaCodeFetcher *self)
{
  gboolean runs = self->cancellable != NULL;
  g_autofree char *text =
      /* Translators: %s is the name of a program. */
      g_strdup_printf (runs ? _ ("Waiting for the code from “%s”…")
                            : _ ("The code can come from “%s”."),
                       self->program);

  gtk_label_set_text (self->label, text);
  gtk_button_set_label (self->button, runs ? _ ("S_top") : _ ("_Get code"));
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), runs);
  g_object_set (self->spinner, "active", runs, NULL);
}

static void
on_command_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AmfaCodeFetcher) self = AMFA_CODE_FETCHER (user_data);
  g_autoptr (GError) error = NULL;
  amfa_autowipe char *code = amfa_code_command_run_finish (result, &error);

  /* Of one that was stopped nobody wants to know any more. */
  if (amfa_error_is_cancelled (error) || !self->cancellable)
    return;

  g_clear_object (&self->cancellable);
  update (self);
  if (code)
    g_signal_emit (self, signals[SIGNAL_FETCHED], 0, code);
  else
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
on_button_clicked (AmfaCodeFetcher *self)
{
  if (!amfa_code_fetcher_stop (self))
    amfa_code_fetcher_start (self);
}

static void
amfa_code_fetcher_dispose (GObject *object)
{
  AmfaCodeFetcher *self = AMFA_CODE_FETCHER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (amfa_code_fetcher_parent_class)->dispose (object);
}

static void
amfa_code_fetcher_finalize (GObject *object)
{
  AmfaCodeFetcher *self = AMFA_CODE_FETCHER (object);

  g_free (self->command_line);
  g_free (self->program);
  G_OBJECT_CLASS (amfa_code_fetcher_parent_class)->finalize (object);
}

static void
amfa_code_fetcher_class_init (AmfaCodeFetcherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = amfa_code_fetcher_dispose;
  object_class->finalize = amfa_code_fetcher_finalize;

  signals[SIGNAL_FETCHED] =
      g_signal_new ("fetched", AMFA_TYPE_CODE_FETCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", AMFA_TYPE_CODE_FETCHER, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
amfa_code_fetcher_init (AmfaCodeFetcher *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 12);
  self->spinner = g_object_new (GTK_TYPE_SPINNER, NULL);
  self->label = g_object_new (GTK_TYPE_LABEL, "visible", TRUE, "hexpand", TRUE, "xalign", 0.0,
                              "ellipsize", PANGO_ELLIPSIZE_MIDDLE, "max-width-chars", 36, NULL);
  self->button = g_object_new (GTK_TYPE_BUTTON, "visible", TRUE, "use-underline", TRUE, NULL);
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (self->spinner));
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (self->label));
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (self->button));
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_button_clicked), self);
}

/**
 * amfa_code_fetcher_set_command:
 * @command_line: (nullable): the profile's command; without one there is nothing to see
 */
void
amfa_code_fetcher_set_command (AmfaCodeFetcher *self, const char *command_line)
{
  g_return_if_fail (AMFA_IS_CODE_FETCHER (self));

  g_auto (GStrv) arguments = NULL;

  if (g_strcmp0 (command_line, self->command_line) == 0)
    return;
  amfa_code_fetcher_stop (self);
  g_free (self->command_line);
  g_free (self->program);
  self->command_line = g_strdup (command_line);
  self->program = command_line && g_shell_parse_argv (command_line, NULL, &arguments, NULL)
                      ? g_path_get_basename (arguments[0])
                      : g_strdup (command_line);
  gtk_widget_set_visible (GTK_WIDGET (self), command_line != NULL);
  if (command_line)
    update (self);
}

/* Runs the command, if there is one and it does not run already. */
void
amfa_code_fetcher_start (AmfaCodeFetcher *self)
{
  g_return_if_fail (AMFA_IS_CODE_FETCHER (self));

  if (!self->command_line || self->cancellable)
    return;
  self->cancellable = g_cancellable_new ();
  update (self);
  amfa_code_command_run_async (self->command_line, AMFA_CODE_COMMAND_SILENT,
                               AMFA_CODE_COMMAND_MILLISECONDS, self->cancellable, on_command_ready,
                               g_object_ref (self));
}

/* The same, once: whoever stops it, or gets a wrong code of it, has a button for another one. */
void
amfa_code_fetcher_start_once (AmfaCodeFetcher *self)
{
  g_return_if_fail (AMFA_IS_CODE_FETCHER (self));

  if (self->has_run || !self->command_line)
    return;
  self->has_run = TRUE;
  amfa_code_fetcher_start (self);
}

/**
 * amfa_code_fetcher_stop:
 *
 * No signal follows.
 *
 * Returns: %FALSE if there was nothing to stop
 */
gboolean
amfa_code_fetcher_stop (AmfaCodeFetcher *self)
{
  g_return_val_if_fail (AMFA_IS_CODE_FETCHER (self), FALSE);

  if (!self->cancellable)
    return FALSE;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  update (self);
  return TRUE;
}
