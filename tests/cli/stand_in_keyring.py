"""A Secret Service on the session bus whose default collection is locked, and whose prompt nobody
answers. To a search of all collections it never answers, as one that prompts for it.

usage: stand_in_keyring.py    prints "ready", then the methods that are called, a line each
"""

from gi.repository import Gio, GLib

NAME = "org.freedesktop.secrets"
ROOT = "/org/freedesktop/secrets"
COLLECTION = f"{ROOT}/collection/login"
PROMPT = f"{ROOT}/prompt/p1"
NODE = Gio.DBusNodeInfo.new_for_xml("""<node>
<interface name='org.freedesktop.Secret.Service'>
 <method name='ReadAlias'><arg type='s' direction='in'/><arg type='o' direction='out'/></method>
 <method name='Unlock'><arg type='ao' direction='in'/><arg type='ao' direction='out'/>
  <arg type='o' direction='out'/></method>
 <method name='SearchItems'><arg type='a{ss}' direction='in'/><arg type='ao' direction='out'/>
  <arg type='ao' direction='out'/></method>
 <property name='Collections' type='ao' access='read'/>
</interface>
<interface name='org.freedesktop.Secret.Collection'>
 <method name='SearchItems'><arg type='a{ss}' direction='in'/><arg type='ao' direction='out'/></method>
 <property name='Locked' type='b' access='read'/>
</interface>
<interface name='org.freedesktop.Secret.Prompt'>
 <method name='Prompt'><arg type='s' direction='in'/></method><method name='Dismiss'/>
</interface></node>""")
ANSWERS = {
    "ReadAlias": GLib.Variant("(o)", (COLLECTION,)),
    "Unlock": GLib.Variant("(aoo)", ([], PROMPT)),
    "Prompt": None,
    "Dismiss": None,
}


def on_call(_bus, _sender, path, _interface, method, _arguments, invocation):
    if method != "SearchItems":
        print(method, flush=True)
        invocation.return_value(ANSWERS[method])
    elif path == ROOT:
        print("SearchItems everywhere", flush=True)
    else:
        invocation.return_value(GLib.Variant("(ao)", ([],)))


def on_get(_bus, _sender, _path, _interface, name):
    return GLib.Variant("ao", [COLLECTION]) if name == "Collections" else GLib.Variant("b", True)


def on_bus(bus, _name):
    for path, interface in zip((ROOT, COLLECTION, PROMPT), NODE.interfaces):
        bus.register_object(path, interface, on_call, on_get, None)


def on_name(_bus, _name):
    print("ready", flush=True)


Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, on_bus, on_name, None)
GLib.MainLoop().run()
