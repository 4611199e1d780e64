package grapevine;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * One source file, read by the compiler's own parser.
 *
 * @param path relative to the repository's root
 * @param lines as they stand in the file
 * @param code the same lines with comments blanked; literals stay
 * @param imports qualified names
 */
record JavaSource(
    Path path,
    String packageName,
    List<String> lines,
    List<String> code,
    List<String> imports,
    List<Method> methods) {

  /** A method or constructor, and its lines from the first annotation to the closing brace. */
  record Method(String name, long lineCount) {}

  private static final Pattern COMMENT_OR_LITERAL =
      Pattern.compile(
          "\"\"\"[\\s\\S]*?\"\"\"|\"[^\"\\\\\n]*(?:\\\\.[^\"\\\\\n]*)*\""
              + "|'[^'\\\\]*(?:\\\\.[^'\\\\]*)*'|//[^\n]*|/\\*[\\s\\S]*?\\*/");

  /** All Java files below a folder, none if there is no such folder. */
  static List<JavaSource> below(Path root, Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (Stream<Path> found = Files.walk(folder);
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> paths = found.filter(each -> each.toString().endsWith(".java")).sorted().toList();
      var units = files.getJavaFileObjectsFromPaths(paths);
      JavacTask task = (JavacTask) compiler.getTask(null, files, null, null, null, units);
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      List<JavaSource> sources = new ArrayList<>();
      for (CompilationUnitTree unit : task.parse()) {
        sources.add(of(root, unit, positions));
      }
      return sources;
    } catch (IOException e) {
      throw new AssertionError("cannot read the sources in " + folder, e);
    }
  }

  private static JavaSource of(Path root, CompilationUnitTree unit, SourcePositions positions)
      throws IOException {
    Path file = Path.of(unit.getSourceFile().toUri());
    String text = Files.readString(file);
    return new JavaSource(
        root.relativize(file),
        unit.getPackageName().toString(),
        text.lines().toList(),
        withoutComments(text).lines().toList(),
        unit.getImports().stream()
            .map(ImportTree::getQualifiedIdentifier)
            .map(Object::toString)
            .toList(),
        methods(unit, positions));
  }

  private static List<Method> methods(CompilationUnitTree unit, SourcePositions positions) {
    List<Method> methods = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree method, Void nothing) {
        long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
        long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, method));
        methods.add(new Method(method.getName().toString(), last - first + 1));
        return super.visitMethod(method, null);
      }
    }.scan(unit, null);
    return methods;
  }

  private static String withoutComments(String text) {
    return COMMENT_OR_LITERAL
        .matcher(text)
        .replaceAll(
            found -> {
              String kept = found.group();
              boolean comment = kept.startsWith("/");
              return Matcher.quoteReplacement(comment ? kept.replaceAll("[^\n]", " ") : kept);
            });
  }
}
