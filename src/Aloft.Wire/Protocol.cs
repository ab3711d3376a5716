namespace Aloft.Wire;

/// <summary>The AWS protocols that Aloft serves. https://smithy.io/2.0/aws/protocols/index.html</summary>
public enum Protocol
{
    /// <summary>Resources in the path, JSON bodies: Lambda.</summary>
    RestJson,

    /// <summary>POST /, <c>X-Amz-Target</c>, JSON 1.0: DynamoDB, Step Functions, SQS.</summary>
    AwsJson10,

    /// <summary>POST /, <c>X-Amz-Target</c>, JSON 1.1: CloudWatch Logs, Kinesis.</summary>
    AwsJson11,

    /// <summary>Form-encoded <c>Action=…</c>, XML answers: STS, SNS, CloudFormation.</summary>
    Query,

    /// <summary>Resources in the path, XML bodies, errors in no wrapping: S3.</summary>
    RestXml,
}
