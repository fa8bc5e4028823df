#define G_LOG_DOMAIN "amfa-overheard-stream"

#include "overheard-stream.h"

/* GIO's proxy client keeps to itself what a proxy answers. This is its stream, and keeps the
 * beginning of what comes. It closes nothing. */

#define TEXT_MAX 8192

#define AMFA_TYPE_OVERHEARD_INPUT (amfa_overheard_input_get_type ())
G_DECLARE_FINAL_TYPE (
    AmfaOverheardInput, amfa_overheard_input, AMFA, OVERHEARD_INPUT, GFilterInputStream)

struct _AmfaOverheardInput
{
  GFilterInputStream parent_instance;
  GString *text;
};

G_DEFINE_FINAL_TYPE (AmfaOverheardInput, amfa_overheard_input, G_TYPE_FILTER_INPUT_STREAM)

static gssize
read_and_keep (
    GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  AmfaOverheardInput *self = AMFA_OVERHEARD_INPUT (stream);
  GInputStream *base = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  gssize n = g_input_stream_read (base, buffer, count, cancellable, error);

  if (n > 0 && self->text->len < TEXT_MAX)
    g_string_append_len (self->text, buffer, n);
  return n;
}

static void
amfa_overheard_input_finalize (GObject *object)
{
  g_string_free (AMFA_OVERHEARD_INPUT (object)->text, TRUE);
  G_OBJECT_CLASS (amfa_overheard_input_parent_class)->finalize (object);
}

static void
amfa_overheard_input_class_init (AmfaOverheardInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_overheard_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = read_and_keep;
}

static void
amfa_overheard_input_init (AmfaOverheardInput *self)
{
  self->text = g_string_new (NULL);
}

struct _AmfaOverheardStream
{
  GIOStream parent_instance;
  GIOStream *base;
  AmfaOverheardInput *input;
};

G_DEFINE_FINAL_TYPE (AmfaOverheardStream, amfa_overheard_stream, G_TYPE_IO_STREAM)

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (AMFA_OVERHEARD_STREAM (stream)->input);
}

static GOutputStream *
get_output_stream (GIOStream *stream)
{
  return g_io_stream_get_output_stream (AMFA_OVERHEARD_STREAM (stream)->base);
}

static gboolean
close_nothing (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
amfa_overheard_stream_finalize (GObject *object)
{
  AmfaOverheardStream *self = AMFA_OVERHEARD_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->base);
  G_OBJECT_CLASS (amfa_overheard_stream_parent_class)->finalize (object);
}

static void
amfa_overheard_stream_class_init (AmfaOverheardStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = amfa_overheard_stream_finalize;
  stream_class->get_input_stream = get_input_stream;
  stream_class->get_output_stream = get_output_stream;
  stream_class->close_fn = close_nothing;
}

static void
amfa_overheard_stream_init (AmfaOverheardStream *self)
{
}

AmfaOverheardStream *
amfa_overheard_stream_new (GIOStream *base)
{
  g_return_val_if_fail (G_IS_IO_STREAM (base), NULL);

  AmfaOverheardStream *self = g_object_new (AMFA_TYPE_OVERHEARD_STREAM, NULL);

  self->base = g_object_ref (base);
  self->input =
      g_object_new (AMFA_TYPE_OVERHEARD_INPUT, "base-stream", g_io_stream_get_input_stream (base),
                    "close-base-stream", FALSE, NULL);
  return self;
}

/* Returns: the beginning of what came */
const char *
amfa_overheard_stream_get_text (AmfaOverheardStream *self)
{
  g_return_val_if_fail (AMFA_IS_OVERHEARD_STREAM (self), NULL);

  return self->input->text->str;
}
