package dev.headrace.core.project.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a component whose type is a sealed interface of records: the choice is written among the
 * enclosing record's own keys, by the choice's name. {@code {not-null: [id], severity: warn}} is a
 * record with an inline choice {@code not-null} and a key {@code severity}. A choice with one
 * component is written as that component's value.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Inline {}
