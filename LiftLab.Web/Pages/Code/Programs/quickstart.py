import os
import time

from openai import OpenAI

client = OpenAI(base_url="$ADDRESS", api_key=os.environ["LIFTLAB_KEY"])

with open("train.jsonl", "rb") as rows:
    file = client.files.create(file=rows, purpose="fine-tune")
job = client.fine_tuning.jobs.create(model="$MODEL", training_file=file.id)
while job.status not in ("succeeded", "failed", "cancelled"):
    time.sleep(1)
    job = client.fine_tuning.jobs.retrieve(job.id)
    print(job.status)
if job.status != "succeeded":
    raise SystemExit(job.error)

answer = client.completions.create(
    model=job.fine_tuned_model,
    prompt="The petal length is 1.4. What is the species? ###",
    max_tokens=8,
    temperature=0,
    stop=["@@@"],
)
print(answer.choices[0].text)
