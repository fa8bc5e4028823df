#define G_LOG_DOMAIN "amfa-present"

#include "present.h"

#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
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

#ifdef GDK_WINDOWING_X11
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));

  if (time == GDK_CURRENT_TIME && GDK_IS_X11_DISPLAY (display))
    {
      gtk_widget_realize (GTK_WIDGET (window));
      time = gdk_x11_get_server_time (gtk_widget_get_window (GTK_WIDGET (window)));
    }
#endif

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
