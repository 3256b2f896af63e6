package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.OutsideName;
import dev.headrace.core.ledger.Outsiders;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;

/** The namespaces of one environment: the project's own, and beside it those of other programs. */
final class EnvironmentNamespaces {
  static final Namespace PROJECT = Namespace.of(Warehouses.PROJECT_NAMESPACE);

  private final Outsiders outsiders;
  private final String environment;
  private final Territory territory;

  EnvironmentNamespaces(Outsiders outsiders, String environment, Territory territory) {
    this.outsiders = outsiders;
    this.environment = environment;
    this.territory = territory;
  }

  List<Namespace> list(Namespace parent) {
    if (!parent.isEmpty()) {
      require(parent);
    }
    Stream<Namespace> own =
        outsiders.namespaces(environment).stream()
            .filter(
                levels ->
                    levels.size() == parent.length() + 1
                        && levels.subList(0, parent.length()).equals(levels(parent)))
            .map(levels -> Namespace.of(levels.toArray(String[]::new)));
    return (parent.isEmpty() ? Stream.concat(Stream.of(PROJECT), own) : own)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  void create(Namespace namespace, Map<String, String> properties) {
    List<String> levels = levels(namespace);
    requireNames(levels);
    if (levels.size() > 1) {
      require(Namespace.of(levels.subList(0, levels.size() - 1).toArray(String[]::new)));
    }
    String location = properties.get("location");
    if (location != null) {
      territory.require("location", location);
    }
    if (levels.getFirst().equals(Warehouses.PROJECT_NAMESPACE)
        || !outsiders.createNamespace(environment, levels, properties)) {
      throw new AlreadyExistsException("Namespace already exists: %s", namespace);
    }
  }

  Map<String, String> properties(Namespace namespace) {
    if (namespace.equals(PROJECT)) {
      return Map.of(
          "comment", "the project's tables as environment " + environment + " shows them");
    }
    return outsiders
        .properties(environment, levels(namespace))
        .orElseThrow(() -> noNamespace(namespace));
  }

  boolean drop(Namespace namespace) {
    requireOwn(namespace);
    try {
      return outsiders.dropNamespace(environment, levels(namespace));
    } catch (HeadraceException e) {
      if (e.code() == LedgerError.LEDGER_OUTSIDE_NOT_EMPTY) {
        throw new NamespaceNotEmptyException(e, "Namespace %s is not empty.", namespace);
      }
      throw e;
    }
  }

  boolean exists(Namespace namespace) {
    return namespace.equals(PROJECT)
        || outsiders.properties(environment, levels(namespace)).isPresent();
  }

  boolean setProperties(Namespace namespace, Map<String, String> properties) {
    Map<String, Optional<String>> changes = new HashMap<>();
    properties.forEach((key, text) -> changes.put(key, Optional.of(text)));
    return changeProperties(namespace, changes);
  }

  boolean removeProperties(Namespace namespace, Set<String> properties) {
    Map<String, Optional<String>> changes = new HashMap<>();
    properties.forEach(key -> changes.put(key, Optional.empty()));
    return changeProperties(namespace, changes);
  }

  private boolean changeProperties(Namespace namespace, Map<String, Optional<String>> changes) {
    requireOwn(namespace);
    if (!outsiders.changeProperties(environment, levels(namespace), changes)) {
      throw noNamespace(namespace);
    }
    return true;
  }

  private static void requireOwn(Namespace namespace) {
    if (namespace.equals(PROJECT)) {
      throw new ForbiddenException(
          "Cannot change namespace '%s': it is the project's own.", namespace);
    }
  }

  void require(Namespace namespace) {
    if (!exists(namespace)) {
      throw noNamespace(namespace);
    }
  }

  private static NoSuchNamespaceException noNamespace(Namespace namespace) {
    return new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
  }

  /** A table or view of another program. */
  static OutsideName outsideName(TableIdentifier name) {
    List<String> levels = levels(name.namespace());
    requireNames(levels);
    requireNames(List.of(name.name()));
    return new OutsideName(levels, name.name());
  }

  static List<String> levels(Namespace namespace) {
    return Arrays.asList(namespace.levels());
  }

  private static void requireNames(List<String> names) {
    for (String name : names) {
      boolean usable =
          !name.isBlank()
              && name.length() <= 255
              && name.chars().noneMatch(Character::isISOControl);
      if (!usable) {
        throw new BadRequestException(
            "Cannot use the name '%s': a name has 1 to 255 characters, none of them a control"
                + " character.",
            name);
      }
    }
    if (names.isEmpty()) {
      throw new BadRequestException("Cannot use the empty namespace: every table is in one.");
    }
  }
}
