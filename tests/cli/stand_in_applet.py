"""A session bus with something on it that answers RequestSession as no applet should.

usage: stand_in_applet.py APPLICATION-ID MANNER    prints a line when it has the name

MANNER: die, past (an end before 1970), word (an answer of the wrong type), failed, cancelled,
unknownProfile
"""

import os
import sys

from gi.repository import Gio, GLib

INTERFACE = "com.example.AwsMfa1"


def main(application_id, manner):
    answer = "s" if manner == "word" else "x"
    node = Gio.DBusNodeInfo.new_for_xml(
        f"<node><interface name='{INTERFACE}'><method name='RequestSession'>"
        "<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='b' direction='in'/>"
        f"<arg type='{answer}' direction='out'/></method></interface></node>"
    )
    path = "/" + application_id.replace(".", "/")

    def on_call(_bus, _sender, _path, _interface, _method, _arguments, invocation):
        if manner == "die":
            os._exit(0)
        elif manner == "past":
            invocation.return_value(GLib.Variant("(x)", (-1,)))
        elif manner == "word":
            invocation.return_value(GLib.Variant("(s)", ("soon",)))
        else:
            invocation.return_dbus_error(f"{INTERFACE}.{manner[0].upper()}{manner[1:]}", "no")

    def on_bus(bus, _name):
        bus.register_object(path, node.interfaces[0], on_call, None, None)

    def on_name(_bus, _name):
        print("ready", flush=True)

    Gio.bus_own_name(
        Gio.BusType.SESSION, application_id, Gio.BusNameOwnerFlags.NONE, on_bus, on_name, None
    )
    GLib.MainLoop().run()


if __name__ == "__main__":
    main(*sys.argv[1:])
