#define G_LOG_DOMAIN "amfa-code-command"

#include "code-command.h"

#include "core/model/code-output.h"
#include "core/model/error.h"
#include "core/model/secret.h"
#include "core/model/shadowing.h"
#include "child-program.h"

#include <gio/gunixinputstream.h>
#include <string.h>

/* Who prints more than this prints no code. */
#define MAX_OUTPUT (64 * 1024)
#define MAX_WORDS 200

typedef enum
{
  RUNNING,
  CANCELLED,
  TIMED_OUT,
  FLOODED,
} Ending;

typedef struct
{
  char *name; /* as a person calls it */
  AmfaChildProgram *program;
  guint milliseconds;
  AmfaCodeOutput output;
  gsize total;
  GString *words; /* what it said on stderr, the end of it; NULL: passed through */
  GSource *reader;
  GSource *listener;
  GSource *timeout;
  GSource *cancelled;
  Ending ending;
} Run;

static void
clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
run_free (Run *self)
{
  clear_source (&self->reader);
  clear_source (&self->listener);
  clear_source (&self->timeout);
  clear_source (&self->cancelled);
  g_clear_pointer (&self->program, amfa_child_program_free);
  amfa_code_output_clear (&self->output);
  if (self->words)
    g_string_free (self->words, TRUE);
  g_free (self->name);
  g_free (self);
}

static GSource *
attach (GSource *source, GSourceFunc callback, Run *self)
{
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/* The end */

static void
stop (Run *self, Ending ending)
{
  if (self->ending != RUNNING)
    return;
  self->ending = ending;
  amfa_child_program_stop (self->program);
}

static gboolean
on_timeout (gpointer user_data)
{
  stop (user_data, TIMED_OUT);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  stop (user_data, CANCELLED);
  return G_SOURCE_REMOVE;
}

/* What it said last, fit to be quoted. */
static char *
dup_last_word (const Run *self)
{
  g_autofree char *text = self->words ? g_utf8_make_valid (self->words->str, -1) : NULL;
  char *line;

  if (!text)
    return NULL;
  g_strchomp (text);
  line = strrchr (text, '\n');
  line = line ? line + 1 : text;
  for (char *p = line; *p; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  return g_strstrip (line)[0] ? g_strdup (line) : NULL;
}

static GError *
make_error (const Run *self, AmfaCodeCommandProblem problem, const char *about)
{
  g_autofree char *word = dup_last_word (self);

  return amfa_error_new (AMFA_ERROR_CODE_COMMAND, &(AmfaErrorDetails){
                                                      .subject = self->name,
                                                      .reason = (int) problem,
                                                      .other = about,
                                                      .quote = word,
                                                      .seconds = self->milliseconds / 1000,
                                                  });
}

/* Returns: (nullable): %NULL if the program has done what it is for */
static GError *
judge (const Run *self)
{
  GSubprocess *process = amfa_child_program_get_process (self->program);
  gboolean exited = g_subprocess_get_if_exited (process);
  int status = exited ? g_subprocess_get_exit_status (process) : 0;
  g_autofree char *number = g_strdup_printf ("%d", status);

  switch (self->ending)
    {
    case CANCELLED:
      return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
    case TIMED_OUT:
      return make_error (self, AMFA_CODE_COMMAND_TOO_SLOW, NULL);
    case FLOODED:
      return make_error (self, AMFA_CODE_COMMAND_NO_CODE, NULL);
    case RUNNING:
    default:
      break;
    }
  if (amfa_child_program_was_interrupted (self->program))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
  if (!exited)
    return make_error (self, AMFA_CODE_COMMAND_KILLED,
                       g_strsignal (g_subprocess_get_term_sig (process)));
  if (status != 0)
    return make_error (self, AMFA_CODE_COMMAND_FAILED, number);
  return *self->output.code ? NULL : make_error (self, AMFA_CODE_COMMAND_NO_CODE, NULL);
}

/* Output */

/* Returns: whether more may come */
static gboolean
read_output (Run *self)
{
  GSubprocess *process = amfa_child_program_get_process (self->program);
  GInputStream *stream = g_subprocess_get_stdout_pipe (process);

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      char bytes[1024];
      gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), bytes,
                                                           sizeof bytes, NULL, &error);

      if (n <= 0)
        return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      amfa_code_output_take (&self->output, bytes, (gsize) n);
      amfa_wipe (bytes, sizeof bytes);
      self->total += (gsize) n;
      if (self->total > MAX_OUTPUT)
        {
          stop (self, FLOODED);
          return FALSE;
        }
    }
}

/* Returns: whether there was something */
static gboolean
read_words (Run *self, GError **error)
{
  GSubprocess *process = amfa_child_program_get_process (self->program);
  GInputStream *stream = g_subprocess_get_stderr_pipe (process);
  char bytes[MAX_WORDS];
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), bytes,
                                                       sizeof bytes, NULL, error);

  if (n <= 0)
    return FALSE;
  g_string_append_len (self->words, bytes, n);
  if (self->words->len > MAX_WORDS)
    g_string_erase (self->words, 0, (gssize) (self->words->len - MAX_WORDS));
  return TRUE;
}

static gboolean
on_output (GObject *stream, gpointer user_data)
{
  return read_output (user_data);
}

static gboolean
on_words (GObject *stream, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  return read_words (user_data, &error) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static GSource *
watch (GInputStream *stream, GPollableSourceFunc callback, Run *self)
{
  GSource *source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (stream), NULL);

  return attach (source, G_SOURCE_FUNC (callback), self);
}

/* What it started may live on and keep the pipes open: what is in them is all that counts. */
static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Run *self = g_task_get_task_data (task);
  GError *error;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  if (amfa_child_program_ended (self->program))
    read_output (self);
  amfa_code_output_end (&self->output);
  for (guint i = 0; self->words && i < MAX_OUTPUT / MAX_WORDS && read_words (self, NULL); i++)
    continue;

  error = judge (self);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (self->output.code), (GDestroyNotify) amfa_wipe_and_free);
}

/* Start */

static GError *
not_started (const char *program, const GError *reason)
{
  return amfa_error_new (AMFA_ERROR_CODE_COMMAND, &(AmfaErrorDetails){
                                                      .subject = program,
                                                      .reason = AMFA_CODE_COMMAND_NOT_STARTED,
                                                      .quote = reason->message,
                                                  });
}

/**
 * amfa_code_command_run_async:
 * @command_line: a program and its arguments, quoted as for a shell; there is none
 * @manner: what it has besides
 * @milliseconds: how long it may take
 * @cancellable: ends it
 *
 * Starts a program of the user's that prints an MFA code. Its standard input is empty, and it gets
 * no AWS credentials by its environment.
 */
void
amfa_code_command_run_async (const char *command_line,
                             AmfaCodeCommandManner manner,
                             guint milliseconds,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (command_line != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Run *self = g_new0 (Run, 1);
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE;
  GSubprocess *process;
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) reason = NULL;

  g_task_set_source_tag (task, amfa_code_command_run_async);
  g_task_set_task_data (task, self, (GDestroyNotify) run_free);
  self->milliseconds = milliseconds;
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!g_shell_parse_argv (command_line, NULL, &arguments, &reason))
    {
      g_task_return_error (task, not_started (command_line, reason));
      return;
    }
  self->name = g_path_get_basename (arguments[0]);
  if (manner == AMFA_CODE_COMMAND_SILENT)
    {
      self->words = g_string_new (NULL);
      flags |= G_SUBPROCESS_FLAGS_STDERR_PIPE;
    }
  /* Credentials are none of its business: whatever it asks, it asks with its own. */
  self->program = amfa_child_program_start (arguments, amfa_key_variables, flags,
                                            manner == AMFA_CODE_COMMAND_FOREGROUND, &reason);
  if (!self->program)
    {
      g_task_return_error (task, not_started (self->name, reason));
      return;
    }

  process = amfa_child_program_get_process (self->program);
  self->reader =
      watch (g_subprocess_get_stdout_pipe (process), (GPollableSourceFunc) on_output, self);
  if (self->words)
    self->listener =
        watch (g_subprocess_get_stderr_pipe (process), (GPollableSourceFunc) on_words, self);
  self->timeout = attach (g_timeout_source_new (milliseconds), on_timeout, self);
  if (cancellable)
    self->cancelled =
        attach (g_cancellable_source_new (cancellable), G_SOURCE_FUNC (on_cancelled), self);
  g_subprocess_wait_async (process, NULL, on_ended, g_steal_pointer (&task));
}

/**
 * amfa_code_command_run_finish:
 * @error: %AMFA_ERROR_CODE_COMMAND: a person has to be asked; a cancellation, also by Ctrl-C
 *
 * Returns: (transfer full): six digits, to be wiped
 */
char *
amfa_code_command_run_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_code_command_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
