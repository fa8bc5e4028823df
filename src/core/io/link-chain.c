#define G_LOG_DOMAIN "amfa-link-chain"

#include "link-chain.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/stat.h>

/* The kernel's own limit, path_resolution(7). */
#define MAX_LINKS 40

static void
step_free (AmfaLinkStep *step)
{
  g_free (step->folder);
  g_free (step->name);
  g_free (step);
}

static void
add_step (AmfaLinkChain *self, const char *folder, const char *name)
{
  AmfaLinkStep *step = g_new0 (AmfaLinkStep, 1);

  step->folder = g_strdup (folder);
  step->name = g_strdup (name);
  g_ptr_array_add (self->steps, step);
}

/* Puts the components of @path in front of those that still have to be walked. */
static void
push_components (GQueue *pending, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);

  for (guint i = g_strv_length (names); i > 0; i--)
    g_queue_push_head (pending, g_steal_pointer (&names[i - 1]));
}

static char *
join_rest (const char *place, GQueue *pending)
{
  g_autoptr (GString) text = g_string_new (place);

  for (GList *l = pending->head; l; l = l->next)
    g_string_append_printf (text, "/%s", (const char *) l->data);
  return g_canonicalize_filename (text->str, "/");
}

static gboolean
has_names (GQueue *pending)
{
  for (GList *l = pending->head; l; l = l->next)
    {
      const char *name = l->data;

      if (*name != '\0' && !g_str_equal (name, "."))
        return TRUE;
    }
  return FALSE;
}

/* Walks name by name. Returns: (transfer full): the end of the walk. */
static char *
walk (AmfaLinkChain *self, GQueue *pending)
{
  g_autofree char *folder = g_strdup ("/");
  guint links = 0;

  while (has_names (pending))
    {
      g_autofree char *name = g_queue_pop_head (pending);
      g_autofree char *place = NULL;
      struct stat st;

      if (*name == '\0' || g_str_equal (name, "."))
        continue;
      if (g_str_equal (name, ".."))
        {
          char *parent = g_path_get_dirname (folder);

          g_free (folder);
          folder = parent;
          continue;
        }

      place = g_build_filename (folder, name, NULL);
      if (lstat (place, &st) != 0)
        {
          self->problem = errno == ENOENT ? 0 : errno;
          self->folder_exists = !has_names (pending);
          add_step (self, folder, name);
          return join_rest (place, pending);
        }

      if (S_ISLNK (st.st_mode))
        {
          g_autofree char *link = g_file_read_link (place, NULL);

          add_step (self, folder, name);
          if (!link || ++links > MAX_LINKS)
            {
              self->problem = link ? ELOOP : EIO;
              return join_rest (place, pending);
            }
          if (g_path_is_absolute (link))
            {
              g_free (folder);
              folder = g_strdup ("/");
            }
          push_components (pending, link);
          continue;
        }

      if (!has_names (pending) || !S_ISDIR (st.st_mode))
        {
          self->folder_exists = !has_names (pending);
          self->problem = self->folder_exists ? 0 : ENOTDIR;
          add_step (self, folder, name);
          return join_rest (place, pending);
        }

      g_free (folder);
      folder = g_steal_pointer (&place);
    }

  /* A link to "/" or to a folder by way of "..": the end is a folder that exists. */
  self->folder_exists = TRUE;
  return g_steal_pointer (&folder);
}

/**
 * amfa_link_chain_new:
 * @path: an absolute path
 *
 * Follows every link of @path, also among its folders and also to where nothing is yet: what a
 * dangling link names is the place that a program which writes through it would create.
 *
 * Returns: (transfer full): where it leads
 */
AmfaLinkChain *
amfa_link_chain_new (const char *path)
{
  g_return_val_if_fail (path != NULL && g_path_is_absolute (path), NULL);

  AmfaLinkChain *self = g_new0 (AmfaLinkChain, 1);
  GQueue pending = G_QUEUE_INIT;

  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  push_components (&pending, path);
  self->target = walk (self, &pending);
  g_queue_clear_full (&pending, g_free);
  return self;
}

void
amfa_link_chain_free (AmfaLinkChain *self)
{
  g_free (self->target);
  g_ptr_array_unref (self->steps);
  g_free (self);
}
