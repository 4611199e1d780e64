package grapevine.node.app.run;

import grapevine.node.protocol.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.jar.Manifest;

/**
 * What was built, as the program's jar says.
 *
 * @param version {@code development} outside a jar
 * @param commit {@code unknown} where the build knew none
 */
public record BuildInfo(String version, String commit) {
  public static final BuildInfo CURRENT = read();

  private static BuildInfo read() {
    URL self = BuildInfo.class.getResource("BuildInfo.class");
    String place = self == null ? "" : self.toString();
    int inJar = place.indexOf("!/");
    if (inJar < 0) {
      return new BuildInfo("development", "unknown");
    }
    URI manifest = URI.create(place.substring(0, inJar) + "!/META-INF/MANIFEST.MF");
    try (var in = manifest.toURL().openStream()) {
      var attributes = new Manifest(in).getMainAttributes();
      String version = attributes.getValue("Implementation-Version");
      String commit = attributes.getValue("Build-Commit");
      return new BuildInfo(
          version == null ? "development" : version, commit == null ? "unknown" : commit);
    } catch (IOException e) {
      return new BuildInfo("development", "unknown");
    }
  }

  /** What a node calls itself to its peers. */
  public String agent() {
    return "grapevine/" + version;
  }

  public int protocol() {
    return Settings.VERSION;
  }
}
