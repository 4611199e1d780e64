package grapevine.node.app.console;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Map;

/** What a command has around it: standard input, output and error, and the environment. */
public record Terminal(
    InputStream in, PrintWriter out, PrintWriter err, Map<String, String> environment) {}
