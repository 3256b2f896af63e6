package dev.headrace.core.graph;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;

public record Asset(
    String name,
    Kind<?> kind,
    Declaration<?> declaration,
    Definition definition,
    String fingerprint) {
  public String identityHash() {
    return definition.identity();
  }

  public String auditHash() {
    return definition.audit();
  }
}
