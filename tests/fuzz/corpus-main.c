#include "fuzz.h"

#include <stdlib.h>

/* A target without libFuzzer: runs over the files of a folder, each once. */

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_files (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);

  g_assert_no_error (error);
  for (const char *name = g_dir_read_name (dir); name; name = g_dir_read_name (dir))
    g_ptr_array_add (files, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (files, compare);
  return files;
}

static void
run (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  g_print ("# %s\n", path);
  LLVMFuzzerTestOneInput ((const guint8 *) text, length);
}

int
main (int argc, char **argv)
{
  g_assert_cmpint (argc, ==, 2);
  LLVMFuzzerInitialize (&argc, &argv);

  g_autoptr (GPtrArray) files = list_files (argv[1]);

  g_assert_cmpuint (files->len, >, 0);
  g_print ("1..%u\n", files->len);
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *name = g_path_get_basename (files->pdata[i]);

      run (files->pdata[i]);
      g_print ("ok %u - %s\n", i + 1, name);
    }
  return EXIT_SUCCESS;
}
