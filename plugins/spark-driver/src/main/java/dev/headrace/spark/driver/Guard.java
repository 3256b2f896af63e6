package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Failure.Reason;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.UnresolvedWith;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import scala.Product;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Refuses a parsed text that is more than a SELECT over what it was given.
 *
 * <p>Works by what is allowed: a kind of plan that is not in the list, such as a command or a
 * script to be started, is refused, whether anybody thought of it or not. Functions are Spark's
 * built-in ones, no others are registered; those among them that call into Java or look at files
 * are refused.
 */
final class Guard {
  private static final Set<String> PLANS =
      Set.of(
          "Aggregate",
          "Distinct",
          "Except",
          "Filter",
          "Generate",
          "GlobalLimit",
          "Intersect",
          "Join",
          "LateralJoin",
          "LocalLimit",
          "LocalRelation",
          "Offset",
          "OneRowRelation",
          "Pivot",
          "Project",
          "Sample",
          "Sort",
          "SubqueryAlias",
          "Union",
          "Unpivot",
          "UnresolvedHaving",
          "UnresolvedInlineTable",
          "UnresolvedRelation",
          "UnresolvedSubqueryColumnAliases",
          "UnresolvedTVFAliases",
          "UnresolvedTableValuedFunction",
          "UnresolvedWith",
          "WithWindowDefinition");

  private static final Set<String> TABLE_FUNCTIONS =
      Set.of(
          "explode",
          "explode_outer",
          "inline",
          "inline_outer",
          "json_tuple",
          "posexplode",
          "posexplode_outer",
          "range",
          "stack");

  private static final Set<String> REFUSED =
      Set.of(
          "catalog_name",
          "current_catalog",
          "current_database",
          "current_schema",
          "current_user",
          "input_file_block_length",
          "input_file_block_start",
          "input_file_name",
          "java_method",
          "reflect",
          "session_user",
          "try_reflect",
          "user",
          "version");

  private final Set<String> names;
  private final int source;
  private final Set<String> used = new LinkedHashSet<>();
  private final Set<String> ctes = new LinkedHashSet<>();
  private final List<UnresolvedRelation> relations = new ArrayList<>();

  private Guard(Set<String> names, int source) {
    this.names = names;
    this.source = source;
  }

  /**
   * The names in FROM, in lower case.
   *
   * @param names what FROM may name, in lower case
   * @param source which text it is, for a refusal
   */
  static List<String> check(LogicalPlan plan, Set<String> names, int source) {
    Guard guard = new Guard(names, source);
    guard.visit(plan);
    guard.relations.forEach(guard::named);
    return List.copyOf(guard.used);
  }

  /** Every part of a plan: what its nodes are made of, whether they call it a child or not. */
  private void visit(Object part) {
    if (part instanceof TreeNode<?> node) {
      check(node);
      elements(node);
    } else if (part instanceof scala.collection.Iterable<?> many) {
      many.iterator().foreach(one -> visitAny(one));
    } else if (part instanceof Product product) {
      elements(product); // Options and tuples.
    }
  }

  private Object visitAny(Object part) {
    visit(part);
    return part;
  }

  private void elements(Object product) {
    Iterator<Object> elements = ((Product) product).productIterator();
    while (elements.hasNext()) {
      visit(elements.next());
    }
  }

  private void check(TreeNode<?> node) {
    if (node instanceof LogicalPlan
        && !PLANS.contains(node.getClass().getSimpleName().replace("$", ""))) {
      throw new Refusal(
          Reason.NOT_A_SELECT,
          "it is no SELECT over tables (" + node.nodeName() + ")",
          null,
          source,
          Failures.offset(node.origin()));
    }
    String kind = node.getClass().getSimpleName();
    if (kind.contains("UnresolvedIdentifier") || kind.contains("ExecuteImmediate")) {
      throw refused("identifier", node);
    }
    if (node instanceof UnresolvedFunction function) {
      refuseFunction(function.nameParts(), REFUSED, false, node);
    } else if (node instanceof UnresolvedTableValuedFunction function) {
      refuseFunction(function.name(), TABLE_FUNCTIONS, true, node);
    } else if (node instanceof UnresolvedWith with) {
      with.cteRelations().foreach(cte -> ctes.add(cte._1().toLowerCase(Locale.ROOT)));
    } else if (node instanceof UnresolvedRelation relation) {
      relations.add(relation);
    }
  }

  private void refuseFunction(Seq<String> parts, Set<String> set, boolean allows, TreeNode<?> at) {
    String name = parts.last().toLowerCase(Locale.ROOT);
    if (parts.size() > 1 || set.contains(name) != allows) {
      throw refused(String.join(".", CollectionConverters.asJava(parts)), at);
    }
  }

  private Refusal refused(String name, TreeNode<?> at) {
    return new Refusal(
        Reason.REFUSED,
        "it reaches beyond the tables it was given",
        name,
        source,
        Failures.offset(at.origin()));
  }

  private void named(UnresolvedRelation relation) {
    List<String> parts = CollectionConverters.asJava(relation.multipartIdentifier());
    String name = parts.get(parts.size() - 1).toLowerCase(Locale.ROOT);
    boolean plain = parts.size() == 1 && !relation.isStreaming() && relation.options().isEmpty();
    if (!plain || !(names.contains(name) || ctes.contains(name))) {
      throw new Refusal(
          Reason.UNKNOWN_TABLE,
          "nothing of that name is declared",
          String.join(".", parts),
          source,
          Failures.offset(relation.origin()));
    }
    used.add(name);
  }
}
