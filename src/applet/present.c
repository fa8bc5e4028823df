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
