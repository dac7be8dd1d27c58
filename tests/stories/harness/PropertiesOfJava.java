// SPDX-License-Identifier: ISC
// The real java.util.Properties, for comparison: java PropertiesOfJava.java NAME...
// Reads and prints what tests/programs/java_properties reads and prints.
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Properties;

public class PropertiesOfJava {
    public static void main(String[] names) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder answers = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.append(answer(bytes(line), names)).append('\n');
        }
        System.out.print(answers);
    }

    private static byte[] bytes(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int at = 0; at < bytes.length; ++at) {
            bytes[at] = (byte) Integer.parseInt(hex.substring(2 * at, 2 * at + 2), 16);
        }
        return bytes;
    }

    private static String answer(byte[] content, String[] names) throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(new ByteArrayInputStream(content));
        } catch (IllegalArgumentException malformed) {
            return "unreadable";
        }
        StringBuilder line = new StringBuilder();
        for (String name : names) {
            line.append(line.length() == 0 ? "" : " ").append(shown(properties.getProperty(name)));
        }
        return line.toString();
    }

    private static String shown(String value) {
        if (value == null) {
            return "-";
        }
        StringBuilder units = new StringBuilder("=");
        for (char unit : value.toCharArray()) {
            units.append(String.format("%04x", (int) unit));
        }
        return units.toString();
    }
}
