"""A refusal in AWS's words."""


class AwsError(Exception):
    def __init__(self, status, code, message):
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    @property
    def type(self):
        return "Sender" if self.status < 500 else "Receiver"
