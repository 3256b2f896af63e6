/*---
key: [customerID]
checks:
  - not-null: [customerID, Churn]
  - unique: [customerID]
---*/
-- Who has been with the company for less than a month has paid nothing yet: blank in the file.
select
  customerID, gender, SeniorCitizen, Partner, Dependents, tenure, PhoneService, MultipleLines,
  InternetService, OnlineSecurity, OnlineBackup, DeviceProtection, TechSupport, StreamingTV,
  StreamingMovies, Contract, PaperlessBilling, PaymentMethod, MonthlyCharges, Churn,
  coalesce(try_cast(trim(TotalCharges) as double), 0) as TotalCharges
from customers_raw
