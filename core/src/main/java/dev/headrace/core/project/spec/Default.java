package dev.headrace.core.project.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a key is when it is absent, written as a user would write it in YAML, for example {@code
 * "table"}, {@code "5%"}, {@code "[]"} or {@code "{}"}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  String value();
}
