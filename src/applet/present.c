#define G_LOG_DOMAIN "amfa-present"

#include "present.h"

#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif
#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/gdkwayland.h>
#endif

#ifdef GDK_WINDOWING_X11
/* What a window manager compares with the user's last deed elsewhere. GTK sets the time of a window
 * that is not shown yet when it realizes it, which had to be done before. */
static guint32
make_current (GtkWindow *window)
{
  GdkWindow *gdk_window;
  guint32 time;

  gtk_widget_realize (GTK_WIDGET (window));
  gdk_window = gtk_widget_get_window (GTK_WIDGET (window));
  time = gdk_x11_get_server_time (gdk_window);
  gdk_x11_window_set_user_time (gdk_window, time);
  return time;
}
#endif

#ifdef GDK_WINDOWING_WAYLAND
/* A compositor gives the focus to a window that appears, but to one that is there already only for
 * a token of the click, which most tray hosts, notification daemons and terminals do not pass on:
 * GNOME would notify that the window "is ready". So it appears once more. */
static void
unmap_if_behind (GtkWindow *window)
{
  if (gtk_widget_get_visible (GTK_WIDGET (window)) && !gtk_window_is_active (window))
    gtk_widget_hide (GTK_WIDGET (window));
}
#endif

/**
 * amfa_present_window:
 * @window: a window that the user has just asked for
 *
 * Shows it in front with the focus. Requests come from the tray host, a notification or a launcher,
 * over D-Bus and often without a time stamp. GTK would then take the last time that this
 * program was used, and a window manager that prevents stealing the focus would refuse it.
 */
void
amfa_present_window (GtkWindow *window)
{
  guint32 time = gtk_get_current_event_time ();

  if (time == GDK_CURRENT_TIME)
    {
#if defined(GDK_WINDOWING_X11) || defined(GDK_WINDOWING_WAYLAND)
      GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));
#endif

#ifdef GDK_WINDOWING_X11
      if (GDK_IS_X11_DISPLAY (display))
        time = make_current (window);
#endif
#ifdef GDK_WINDOWING_WAYLAND
      if (GDK_IS_WAYLAND_DISPLAY (display))
        unmap_if_behind (window);
#endif
    }

  gtk_window_present_with_time (window, time);
}

static void
on_size_allocate (GtkWidget *widget, GdkRectangle *allocation, gpointer user_data)
{
  GdkWindow *window = gtk_widget_get_window (widget);
  GdkRectangle frame, area;
  int excess;

  if (!window || !gtk_widget_get_mapped (widget))
    return;
  gdk_monitor_get_workarea (
      gdk_display_get_monitor_at_window (gtk_widget_get_display (widget), window), &area);
  gdk_window_get_frame_extents (window, &frame);
  /* The frame is still that of before. */
  excess = frame.y + frame.height - gdk_window_get_height (window) + allocation->height -
           (area.y + area.height);
  if (excess > 0)
    gtk_window_move (GTK_WINDOW (widget), frame.x, MAX (frame.y - excess, area.y));
}

/**
 * amfa_keep_on_screen:
 * @window: a window that grows by itself
 *
 * Moves it up when it would grow beyond the lower edge of the screen, as far as the desktop lets
 * us.
 */
void
amfa_keep_on_screen (GtkWindow *window)
{
  g_return_if_fail (GTK_IS_WINDOW (window));

  g_signal_connect (window, "size-allocate", G_CALLBACK (on_size_allocate), NULL);
}
