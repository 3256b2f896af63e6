package dev.headrace.core.project.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On the one {@link dev.headrace.core.project.SqlText} component of a kind whose files are SQL: it
 * receives the file's text; the other components come from the file's optional YAML header.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Body {}
