package grapevine.netlab.app.run;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.jar.Attributes;
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
    Attributes attributes = new Attributes();
    if (inJar >= 0) {
      URI manifest = URI.create(place.substring(0, inJar) + "!/META-INF/MANIFEST.MF");
      try (var in = manifest.toURL().openStream()) {
        attributes = new Manifest(in).getMainAttributes();
      } catch (IOException e) {
        // A jar without a manifest says nothing.
      }
    }
    String version = attributes.getValue("Implementation-Version");
    String commit = attributes.getValue("Build-Commit");
    return new BuildInfo(
        version == null ? "development" : version, commit == null ? "unknown" : commit);
  }
}
