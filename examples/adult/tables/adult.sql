/*---
checks:
  - not-null: [age, income, part]
  - accepted-values: {income: ['<=50K', '>50K'], part: [train, test]}
---*/
-- The test file ends its labels with a full stop; unknown answers are question marks.
with people as (
  select *, 'train' as part from adult_train
  union all
  select *, 'test' as part from adult_test)
select
  age,
  nullif(trim(workclass), '?') as workclass,
  trim(education) as education,
  education_num,
  trim(marital_status) as marital_status,
  nullif(trim(occupation), '?') as occupation,
  trim(relationship) as relationship,
  trim(race) as race,
  trim(sex) as sex,
  capital_gain,
  capital_loss,
  hours_per_week,
  nullif(trim(native_country), '?') as native_country,
  replace(trim(income), '.', '') as income,
  part
from people
